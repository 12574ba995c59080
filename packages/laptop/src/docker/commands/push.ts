import { formatReference, parseReference, repositoryOf } from '@keelson/image';
import { PushSession, pushContent } from '@keelson/simulator/push';
import { credentialsFor } from '../credentials.ts';
import { DockerError, RefusedError } from '../docker-error.ts';
import { loadImage } from '../image/layout.ts';
import { registryUrl } from '../registry-of.ts';
import type { DockerContext } from '../settings.ts';
import { readOptions } from './options.ts';

/** `docker push NAME[:TAG]`: blobs that the registry does not have, then the manifest, so that the tag never names what is not there. */
export async function push(args: readonly string[], context: DockerContext): Promise<void> {
  const { values, positionals } = readOptions('push', args, { quiet: { type: 'boolean', short: 'q' } });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0)
    throw new RefusedError('docker push needs one image: docker push NAME[:TAG].');
  const reference = parseReference(name);
  const { host, repository, tag } = reference;
  if (tag === undefined || reference.digest !== undefined)
    throw new RefusedError('What is pushed has a tag and no digest.');
  const image = await loadImage(context.settings.store, formatReference(reference));
  if (image === undefined) {
    throw new DockerError(`No image is called ${name} here: docker build -t ${name} . makes one.`);
  }
  const url = registryUrl(host, context.settings);
  const credentials = await credentialsFor(context.configFolder, host);
  if (!values.quiet) context.say(`The push refers to repository [${repositoryOf(reference)}]`);
  const session = new PushSession(credentials === undefined ? { url } : { url, credentials });
  try {
    await pushContent(session, repository, tag, image.blobs, [image.manifest]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = credentials === undefined ? ` Nobody is logged in to ${host} here (docker login).` : '';
    throw new DockerError(`${host} did not take ${name}: ${why}.${hint}`, { cause: error });
  }
  const { digest, body } = image.manifest;
  context.say(values.quiet ? name : `${tag}: digest: ${digest} size: ${body.length}`);
}

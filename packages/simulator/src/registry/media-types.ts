/** The media types that images are pushed with (image-spec media-types.md; Docker's image manifest V2, schema 2). */
export const mediaTypes = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
  docker: {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
} as const;

export type ImageFormat = keyof typeof mediaTypes;

/** The Accept header of a container runtime: every manifest and index. */
export const runtimeAccept = Object.values(mediaTypes)
  .flatMap(({ index, manifest }) => [index, manifest])
  .join(', ');

function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.oci.index || mediaType === mediaTypes.docker.index;
}

/** Whether an Accept header takes a media type. Without the header only single manifests are taken, as registry:2 has it. */
export function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined) return !isIndex(mediaType);
  const ranges = header.split(',').map((range) => range.split(';')[0]?.trim());
  return ranges.some((range) => range === mediaType || range === '*/*' || range === 'application/*');
}

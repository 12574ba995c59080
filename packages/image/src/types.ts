/** `sha256:` and 64 lower-case hex digits (OCI image spec, descriptor.md#digests). */
export type Digest = `sha256:${string}`;

/**
 * A normalised image reference: what the text means, not how it was written.
 * `nginx` is host `docker.io`, repository `library/nginx`, tag `latest`.
 */
export interface ImageReference {
  /** Registry host with its port, as the reference names it: `docker.io`, `registry.gitlab.com`, `127.0.0.1:5000`. */
  readonly host: string;
  /** Path below the host: `library/nginx`. */
  readonly repository: string;
  /** Absent only when the reference has a digest and no tag. */
  readonly tag?: string;
  readonly digest?: Digest;
}

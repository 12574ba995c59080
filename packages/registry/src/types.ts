import type { Digest, ImageReference } from '@keelson/image';

/** A credential for a registry host, as docker config files hold it. Never logged, never stored. */
export type Credential =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'identity-token'; readonly token: string };

/** The digest that a tag names now. */
export interface TagObservation {
  readonly digest: Digest;
}

/** What a digest is made of and where it comes from. What is there is immutable. */
export interface ImageDescription {
  /**
   * The digest itself and all manifests that its index names, also through indexes in it; of an image without an index its config too. Any of
   * these may be a pod's imageID, and so may a config that an index leads to: see `configDigests`.
   */
  readonly relatedDigests: readonly Digest[];
  readonly labels: ImageLabels;
}

/** The configs of an image. Images that differ in attestations or annotations only have the same ones, and run the same. */
export interface ConfigDigests {
  readonly digests: readonly Digest[];
  /** Whether these are all of them: else the image may have another config that is not known. */
  readonly complete: boolean;
}

/** The OCI annotations that history keeps (image-spec annotations.md), from the config's labels or the manifest's annotations. */
export interface ImageLabels {
  /** `org.opencontainers.image.revision`: the commit. */
  readonly revision?: string;
  /** `org.opencontainers.image.created`, else the config's `created`: RFC 3339. */
  readonly created?: string;
  readonly source?: string;
  readonly version?: string;
}

export interface CallOptions {
  /** Tried in order until the registry accepts one. @default none: anonymous */
  readonly credentials?: readonly Credential[];
  /** Who asks, any text: they share a registry's limits fairly, and what fails for one pauses no other one (law 17). @default '' */
  readonly share?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads from image registries. Throws only RegistryError. A caller whose signal aborts gets one too: code `timeout`, with the signal's reason
 * as its cause.
 */
export interface RegistryClient {
  /** The digest that the tag names now, by one HEAD: the index's digest where the tag is an index. @throws RegistryError */
  observe(image: ImageReference, options?: CallOptions): Promise<TagObservation>;
  /** What one digest is made of; what was read of it is kept. @throws RegistryError */
  describe(image: ImageReference, digest: Digest, options?: CallOptions): Promise<ImageDescription>;
  /**
   * The digests of the configs of an image, to compare two images that have no manifest in common. Of an index a GET for each of its platforms, the
   * common ones first, four at most; kept. @throws RegistryError
   */
  configDigests(image: ImageReference, digest: Digest, options?: CallOptions): Promise<ConfigDigests>;
  close(): Promise<void>;
}

export type RegistryErrorCode =
  /** No such repository or tag. */
  | 'not-found'
  /** 401 or 403 with every credential. */
  | 'unauthorized'
  /** 429: no request is sent to this host until `retryAt`. */
  | 'rate-limited'
  /** The host is paused after failures, until `retryAt`. Nothing was sent. */
  | 'paused'
  /** No answer within the deadline. */
  | 'timeout'
  /** The host cannot be reached, or answered 5xx. */
  | 'unavailable'
  /** The response does not follow the distribution protocol. */
  | 'protocol'
  /** A registries.yaml that cannot be used, or a registry on this machine that it does not name. */
  | 'configuration';

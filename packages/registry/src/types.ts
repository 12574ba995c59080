import type { Digest, ImageReference } from '@keelson/image';

/** A way to sign in to a registry host, as docker config files hold it. Never logged, never stored. */
export type Credential =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'identity-token'; readonly token: string };

/** The digest that a tag names now. */
export interface TagObservation {
  readonly digest: Digest;
}

/** What a digest is made of and where it comes from. Immutable, so it may be kept for ever. */
export interface ImageDescription {
  /** The digest itself, its platform manifests and their config digests: any of these may be a pod's imageID. */
  readonly relatedDigests: readonly Digest[];
  readonly labels: ImageLabels;
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
  /** Tried in order until one is let in; none: anonymous. */
  readonly credentials?: readonly Credential[];
  readonly signal?: AbortSignal;
}

/**
 * The seam to image registries. Throws only RegistryError; a caller that gives up by its signal gets one too, of code `timeout`, with
 * the signal's reason as its cause.
 */
export interface RegistryClient {
  /** One HEAD of the manifest by tag; the index's digest where the tag is an index. */
  observe(image: ImageReference, options?: CallOptions): Promise<TagObservation>;
  /** Manifest, children and config of one digest; kept by digest. */
  describe(image: ImageReference, digest: Digest, options?: CallOptions): Promise<ImageDescription>;
  close(): Promise<void>;
}

export type RegistryErrorCode =
  /** No such repository or tag. */
  | 'not-found'
  /** 401 or 403 with every credential that there was. */
  | 'unauthorized'
  /** 429: this host is left alone until `retryAt`. */
  | 'rate-limited'
  /** The host is being left alone after trouble, until `retryAt`. Nothing was sent. */
  | 'paused'
  /** No answer within the deadline. */
  | 'timeout'
  /** Could not be reached, or 5xx. */
  | 'unavailable'
  /** It answered something that is not the distribution protocol. */
  | 'protocol'
  /** A registries.yaml that cannot be used. */
  | 'configuration';

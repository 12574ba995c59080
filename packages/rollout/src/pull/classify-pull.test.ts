import { describe, expect, it } from 'vitest';
import type { PullFault } from './classify-pull.ts';
import { classifyPull } from './classify-pull.ts';

const failurePrefix =
  'rpc error: code = Unknown desc = failed to pull and unpack image "registry.example/acme/web:latest":';
const resolve = `${failurePrefix} failed to resolve reference "registry.example/acme/web:latest":`;
const digest = 'sha256:42950053df0fcf8b1b0ea5c2d1c19ad4aef4cbc0ab0a9d0b1d1fbb3c8c6c0429';

describe('classifyPull', () => {
  it.each<[string, PullFault, string]>([
    [
      'containerd, tag unknown',
      'absent',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/acme/web:nope": failed to resolve reference "docker.io/acme/web:nope": docker.io/acme/web:nope: not found',
    ],
    [
      'containerd, digest unknown, backing off',
      'absent',
      `Back-off pulling image "registry.example/acme/web:latest@${digest}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/acme/web@${digest}": failed to resolve reference "registry.example/acme/web@${digest}": registry.example/acme/web@${digest}: not found`,
    ],
    [
      'containerd, 404 of a HEAD',
      'absent',
      `${resolve} unexpected status from HEAD request to https://registry.example/v2/acme/web/manifests/latest: 404 Not Found`,
    ],
    ['CRI-O, manifest unknown', 'absent', 'reading manifest nope in quay.io/acme/web: manifest unknown'],
    [
      'CRI-O, name unknown',
      'absent',
      'initializing source docker://registry.example/acme/gone:latest: reading manifest latest in registry.example/acme/gone: name unknown: repository name not known to registry',
    ],
    [
      'Docker, manifest unknown',
      'absent',
      'Error response from daemon: manifest for acme/web:nope not found: manifest unknown: manifest unknown',
    ],
    [
      'a blob was collected',
      'absent',
      `${failurePrefix} failed to copy: httpReadSeeker: failed open: content at https://registry.example/v2/acme/web/blobs/${digest} not found: not found`,
    ],
    [
      'ECR, repository unknown',
      'absent',
      "name unknown: The repository with name 'acme/web' does not exist in the registry with id '111122223333'",
    ],
    [
      'containerd, no such platform',
      'platform',
      `rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/acme/web:latest": no match for platform in manifest: not found`,
    ],
    ['Docker, no such platform', 'platform', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
    [
      'CRI-O, no such platform',
      'platform',
      'choosing an image from manifest list docker://quay.io/acme/web:latest: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
    ],
    [
      'layer with another digest',
      'broken',
      `${failurePrefix} failed commit on ref "layer-${digest}": unexpected commit digest ${digest}, expected ${digest}: failed precondition`,
    ],
    [
      'layer that is no archive',
      'broken',
      `${failurePrefix} failed to extract layer ${digest}: archive/tar: invalid tar header: unknown`,
    ],
    [
      'layer with a link to nothing',
      'broken',
      `${failurePrefix} failed to extract layer ${digest}: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount1: link /a /b: no such file or directory: unknown`,
    ],
    [
      'Docker Hub, pull limit',
      'rate-limited',
      'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/nginx:latest": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/latest: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
    ],
    [
      'Docker Hub, unauthenticated limit',
      'rate-limited',
      'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
    ],
    [
      'ECR, throttled',
      'rate-limited',
      `${resolve} pulling from host registry.example failed with status code [manifests latest]: 429 Too Many Requests`,
    ],
    ['kubelet, its own limit', 'rate-limited', 'pull QPS exceeded: rate limit reached'],
    [
      'Docker Hub, private or absent',
      'unauthorized',
      'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/acme/private:latest": failed to resolve reference "docker.io/acme/private:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'Docker, private or absent',
      'unauthorized',
      "Error response from daemon: pull access denied for acme/private, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    [
      'GHCR, private, anonymous',
      'unauthorized',
      `rpc error: code = Unknown desc = failed to pull and unpack image "ghcr.io/acme/web:latest": failed to resolve reference "ghcr.io/acme/web:latest": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Aacme%2Fweb%3Apull&service=ghcr.io: 401 Unauthorized`,
    ],
    [
      'GHCR, a token without the right',
      'unauthorized',
      `${resolve} unexpected status from HEAD request to https://registry.example/v2/acme/web/manifests/latest: 403 Forbidden`,
    ],
    ['ECR, nobody logged in', 'unauthorized', `${resolve} pull access denied, no basic auth credentials`],
    [
      'ECR, expired',
      'unauthorized',
      `${resolve} denied: Your authorization token has expired. Reauthenticate and try again.`,
    ],
    [
      'Quay',
      'unauthorized',
      'initializing source docker://quay.io/acme/web:latest: reading manifest latest in quay.io/acme/web: unauthorized: access to the requested resource is not authorized',
    ],
    [
      'GitLab',
      'unauthorized',
      `${resolve} failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden: denied: access forbidden`,
    ],
    [
      'token server is down',
      'unreachable',
      `${resolve} failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.example/token: 503 Service Unavailable`,
    ],
    [
      '502',
      'unreachable',
      `${resolve} unexpected status from HEAD request to https://registry.example/v2/acme/web/manifests/latest: 502 Bad Gateway`,
    ],
    ['500', 'unreachable', `${failurePrefix} failed to copy: unexpected status code 500`],
    [
      'DNS',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": dial tcp: lookup registry.example on 10.96.0.10:53: no such host`,
    ],
    [
      'connection refused',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": dial tcp 192.0.2.7:443: connect: connection refused`,
    ],
    [
      'connect timeout',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": dial tcp 192.0.2.7:443: i/o timeout`,
    ],
    [
      'Docker, timeout',
      'unreachable',
      'Error response from daemon: Get "https://registry.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
    ['context deadline', 'unreachable', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
    [
      'unknown authority',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    ],
    [
      'HTTP where HTTPS was expected',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": http: server gave HTTP response to HTTPS client`,
    ],
    [
      'cut off',
      'unreachable',
      `${failurePrefix} failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://registry.example/v2/": EOF`,
    ],
    [
      'reset',
      'unreachable',
      `${failurePrefix} failed to copy: read tcp 192.0.2.1:41234->192.0.2.7:443: read: connection reset by peer`,
    ],
    [
      'a page of a proxy in place of the registry',
      'unreachable',
      `${failurePrefix} failed to unpack image on snapshotter overlayfs: unexpected media type text/html for ${digest}: not found`,
    ],
    [
      'another kind of manifest',
      'broken',
      `${failurePrefix} failed to unpack image on snapshotter overlayfs: unexpected media type application/vnd.docker.distribution.manifest.v1+prettyjws for ${digest}: not found`,
    ],
    [
      'HTTP/2, a stream that ends',
      'unreachable',
      `${failurePrefix} failed to copy: httpReadSeeker: failed open: stream error: stream ID 3; INTERNAL_ERROR; received from peer`,
    ],
    [
      'HTTP/2, a server that leaves',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR, debug=""`,
    ],
    [
      'what is no HTTP',
      'unreachable',
      `${resolve} failed to do request: Head "https://registry.example/v2/acme/web/manifests/latest": net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0"`,
    ],
    [
      'disk full',
      'node',
      `${failurePrefix} failed to extract layer ${digest}: write /var/lib/containerd/tmpmounts/x/app: no space left on device: unknown`,
    ],
    [
      'a mount that a scanner keeps busy',
      'node',
      `${failurePrefix} failed to extract layer ${digest}: failed to unmount /var/lib/rancher/k3s/agent/containerd/tmpmounts/containerd-mount490508934: failed to unmount target /var/lib/rancher/k3s/agent/containerd/tmpmounts/containerd-mount490508934: device or resource busy: unknown`,
    ],
    [
      'containerd, a blob that its own store has lost',
      'node',
      `${failurePrefix} failed to unpack image on snapshotter overlayfs: content digest ${digest}: not found`,
    ],
    [
      'containerd, the same while a layer is unpacked',
      'node',
      `rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/acme/web:latest": failed to extract layer ${digest}: failed to get reader from content store: content digest ${digest}: not found`,
    ],
    [
      'containerd, a snapshot that was removed during the pull',
      'node',
      `rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/acme/web:latest": failed to prepare extraction snapshot "extract-795119289-7389 ${digest}": parent snapshot ${digest} does not exist: not found`,
    ],
    [
      'containerd, a layer whose folder is gone',
      'node',
      `${failurePrefix} failed to prepare extraction snapshot "extract-814557379-Dsfj ${digest}": failed to stat parent: stat /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/112/fs: no such file or directory`,
    ],
    [
      'CRI-O, a layer whose folder is gone',
      'node',
      `writing blob: adding layer with blob "${digest}": error creating layer with ID "2d0605e1888dc60a": Stat /var/lib/containers/storage/overlay/be54beb5feaa: no such file or directory`,
    ],
    [
      'no memory to unpack',
      'node',
      `${failurePrefix} failed to extract layer ${digest}: fork/exec /usr/bin/unpigz: cannot allocate memory: unknown`,
    ],
    [
      'containerd, an image of the old schema 1',
      'unusable',
      `${failurePrefix} not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json"`,
    ],
    [
      'Docker, an image of the old schema 1',
      'unusable',
      'Error response from daemon: Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. Suggest the author of docker.io/acme/web:1 to upgrade the image',
    ],
    [
      'containerd, an artifact in place of an image',
      'unusable',
      `${failurePrefix} failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers: unknown`,
    ],
    [
      'CRI-O, an artifact in place of an image',
      'unusable',
      'initializing image from source docker://quay.io/acme/chart:1: unsupported image-specific operation on artifact with type "application/vnd.cncf.helm.config.v1+json"',
    ],
    [
      'Docker, an artifact in place of an image',
      'unusable',
      'Error response from daemon: invalid rootfs in image configuration',
    ],
    [
      'Quay, a tag that has expired',
      'absent',
      'reading manifest dev in quay.io/acme/web: unknown: Tag dev was deleted or has expired. To pull, revive via time machine',
    ],
    ['Docker, a blob that is gone', 'absent', 'Error response from daemon: unknown blob'],
    ['an older kubelet that backs off', 'unknown', 'Back-off pulling image "registry.example/acme/web:latest"'],
    ['something never seen', 'unknown', `${failurePrefix} the moon is in the wrong house`],
    [
      'an image with a misleading name',
      'unknown',
      'Back-off pulling image "registry.example/denied/429-not-found:timeout"',
    ],
    [
      'an image with a misleading name that is absent',
      'absent',
      'reading manifest forbidden in quay.io/denied/x509-timeout: manifest unknown',
    ],
  ])('classifyPull knows the message of %s as %s', (_, fault, message) => {
    expect(classifyPull(message)).toBe(fault);
  });

  it('classifyPull answers unknown without a message', () => {
    expect(classifyPull(undefined)).toBe('unknown');
  });
});

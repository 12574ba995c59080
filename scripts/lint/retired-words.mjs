/** Words that this repository no longer uses: what they look like, an example of each, and what to say instead. */
export const retired = [
  { words: /\bmend(s|ed|ing)?\b/iu, example: 'mends', say: 'fix' },
  { words: /\b(the post|post's)\b(?! request)/u, example: 'as the post does', say: 'the article; the example app' },
  { words: /\bkept (out|away)\b/iu, example: 'kept out', say: 'quarantined; refused' },
  { words: /\b(put|puts|putting) (it |them |that )?back\b|put-?back/iu, example: 'putBack', say: 'restore; roll back' },
  {
    words: /\b(take|takes|taken|taking) back\b|take-?back/iu,
    example: 'taken back',
    say: 'roll back; reclaim; remove',
  },
  { words: /\bundone\b/iu, example: 'undone', say: 'reverted; rolled back' },
  { words: /\bstanding\b/iu, example: 'standing', say: 'why' },
  { words: /\b(told|tells?|telling|toldOf|tellStory)\b/iu, example: 'tells', say: 'say; report; distinguish' },
  { words: /(\{|,|readonly) *sentence\??:|\.sentence\b/u, example: 'decision.sentence', say: 'message' },
  { words: /\blook(-at-all|AtAll)|\blooks:/iu, example: 'lookAtAll', say: 'check' },
  {
    words: /\blook(s|ed|ing)? at (the |a |its )?(registry|registries|tags?|image)\b/iu,
    example: 'looks at the registry',
    say: 'check',
  },
  {
    words: /\bask(s|ed|ing)? (\w+ )?(registry|registries|mirrors?|API server|token server|cluster|Redis)\b/iu,
    example: 'asks the registry',
    say: 'request; read',
  },
  { words: /\b(quick|brief)Questions?\b|\bquestions?\b/iu, example: 'question', say: 'request' },
  { words: /\bis no more\b/iu, example: 'is no more', say: 'no longer is; is gone' },
  { words: /\b(came|comes|come) to nothing\b/iu, example: 'came to nothing', say: 'failed' },
  { words: /\brooms\b/iu, example: 'rooms', say: 'packages' },
  { words: /\b(create)?keeper\b/iu, example: 'createKeeper', say: 'reconciler' },
  {
    words: /\b(corners?|scenes?|openScene|grounds?|cast|mortal|doomed|openStage|onStages)\b/u,
    example: 'scene',
    say: 'TestEnv; TestNamespace; scenario; killable',
  },
  { words: /\bways? of writing\b/iu, example: 'way of writing', say: 'write path' },
  { words: /\blet(s|ting)? (\w+ )?in\b/iu, example: 'lets nobody in', say: 'accept; refuse' },
  { words: /\b(speaks?|spoken) to\b/iu, example: 'spoken to', say: 'connect to; accessed over' },
  {
    words: /\b(newborn|HostGate|Asker|manners|SharedFlight|what-is-missing|hookToken|PodPin)\b/iu,
    example: 'HostGate',
    say: 'initialRollout; RateLimiter; Transport; SingleFlight; diffPins; webhookToken; PinPolicy',
  },
];

/** Files that have to hold old words, each with its reason. */
export const exemptFiles = {
  'pnpm-lock.yaml': 'names of packages',
  'CHANGELOG.md': 'old names beside the new ones',
  'scripts/lint/retired-words.mjs': 'the list itself',
  'scripts/lint/words.test.mjs': 'its tests',
  'packages/history/src/codec/old-names.ts': 'names in records that an older Keelson wrote',
  'packages/history/src/codec/old-names.test.ts': 'names in records that an older Keelson wrote',
  'apps/worker/src/state-annotation/state-text.test.ts': 'names in annotations that an older Keelson wrote',
  'packages/history/src/cluster/stop.test.ts': 'names in records that an older Keelson wrote',
};

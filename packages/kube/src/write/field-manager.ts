/**
 * The name under which every write is recorded in managedFields (law 3). Flux takes over what managers called `kubectl…`,
 * `before-first-apply…` or like its own write; it leaves this one alone.
 */
export const fieldManager = 'keelson';

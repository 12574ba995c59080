/** How `vi.waitUntil` polls a cluster. The timeout is for busy machines, not a claim about speed. */
export const soon = { timeout: 60_000, interval: 30 } as const;

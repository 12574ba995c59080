/** The page's style, light or dark as the reader's system is. Staging differs from production in its colour and its label. */
export const style = `
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1b2430; --soft: #56616f; --line: #e1e5ea; --accent: #0b6b50; --on-accent: #fff; }
.staging { --accent: #8a4b00; }
.development { --accent: #4a4f8f; }
@media (prefers-color-scheme: dark) {
  :root { --back: #10151b; --card: #18202a; --text: #e8edf3; --soft: #9aa7b5; --line: #2a3542; --accent: #57d3a8; --on-accent: #08281d; }
  .staging { --accent: #ffb45c; --on-accent: #2e1900; }
  .development { --accent: #aab1ff; --on-accent: #14174a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 34rem; background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: .75rem; padding: 2rem; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; margin-bottom: 1.5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
.environment { background: var(--accent); color: var(--on-accent); border-radius: 99px; padding: .15rem .8rem; font-weight: 600; font-size: .9rem; }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; }
dt, dd { margin: 0; padding: .55rem 0; border-top: 1px solid var(--line); }
dt { color: var(--soft); padding-right: 1.5rem; }
dd { overflow-wrap: anywhere; }
code { font: .92em ui-monospace, monospace; }
@media (max-width: 26rem) {
  main { padding: 1.5rem; }
  dl { grid-template-columns: 1fr; }
  dd { border-top: 0; padding-top: 0; }
  dt { padding-bottom: 0; }
}
`;

/** The page's style, light or dark as the reader's system is. Staging differs from production in its colour and its label. */
export const style = `
:root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1b2430; --soft: #56616f; --line: #e1e5ea; --field: #8a94a0; --accent: #2f4b9b; --on-accent: #fff; --problem: #a3201d; }
.staging { --accent: #8a4b00; }
.development { --accent: #4a4f8f; }
@media (prefers-color-scheme: dark) {
  :root { --back: #10151b; --card: #18202a; --text: #e8edf3; --soft: #9aa7b5; --line: #2a3542; --field: #66758a; --accent: #9db8ff; --on-accent: #101d42; --problem: #ff9d97; }
  .staging { --accent: #ffb45c; --on-accent: #2e1900; }
  .development { --accent: #aab1ff; --on-accent: #14174a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 42rem; padding: 1.5rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: .75rem; padding: 2rem; }
header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; margin-bottom: 1.5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
.environment { background: var(--accent); color: var(--on-accent); border-radius: 99px; padding: .15rem .8rem; font-weight: 600; font-size: .9rem; }
form { display: grid; gap: .35rem; }
label { font-weight: 600; }
input, textarea { width: 100%; margin-bottom: .65rem; padding: .55rem .7rem; background: var(--back); color: inherit; border: 1px solid var(--field); border-radius: .4rem; font: inherit; }
textarea { resize: vertical; }
button { justify-self: start; padding: .55rem 1.2rem; background: var(--accent); color: var(--on-accent); border: 0; border-radius: .4rem; font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { margin: 0 0 1.25rem; padding: .7rem 1rem; border: 1px solid var(--problem); border-left-width: 4px; border-radius: .4rem; color: var(--problem); }
ol { margin: 0; padding: 0; list-style: none; }
li { padding: .8rem 0; border-top: 1px solid var(--line); }
li p { margin: 0; overflow-wrap: anywhere; }
time, .empty, footer { color: var(--soft); font-size: .9rem; }
.empty { margin: 1.5rem 0 0; }
.text { white-space: pre-wrap; }
footer { padding: 1rem 2rem; overflow-wrap: anywhere; }
code { font: .95em ui-monospace, monospace; }
@media (max-width: 30rem) {
  body { padding: .75rem; }
  main { padding: 1.25rem; }
  h1 { font-size: 1.6rem; }
  footer { padding: 1rem 1.25rem; }
}
`;

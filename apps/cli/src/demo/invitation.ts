import type { Branch } from './push.ts';
import { shellWord } from './user-clone.ts';

/** How to work in the clone at `folder`: commands that work as they are printed, in this order. */
export function invitation(folder: string, urls: Readonly<Record<Branch, string>>): string {
  return `
  Production is ${urls.main}, staging is ${urls.staging}
  You have a clone of the repository; what is pushed here arrives in it. It is removed when the demo ends.
  Edit the app, for example like this, and push it to staging. In another terminal:

    cd ${shellWord(folder)}
    git checkout staging
    sed -i.bak 's/Answered by/Served by/' apps/myapp/app/src/page.js
    git commit -am 'Say who served the page'
    git push origin staging

  Then to production:

    git checkout main
    git merge --no-edit staging
    git push origin main
`;
}

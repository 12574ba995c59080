import type { EventEmitter } from 'node:events';
import { escapeText } from '@keelson/core';
import type { History } from '@keelson/history';
import type { ForgeEvent } from '@keelson/laptop';
import type { Client } from '../api/client.ts';
import { until } from '../until.ts';
import { workloads } from './apps.ts';
import { bringUp } from './bring-up.ts';
import { commandsFor } from './commands.ts';
import type { DemoEnvironment } from './environment.ts';
import { followMain } from './follow-main.ts';
import { invitation } from './invitation.ts';
import type { Pipelines } from './pipelines.ts';
import { printEvents } from './print-events.ts';
import { help, prompt } from './prompt.ts';
import type { Branch } from './push.ts';
import { branches } from './push.ts';
import type { Screen } from './screen.ts';
import { narrate } from './story.ts';
import { historyTable } from './tables.ts';
import { userClone } from './user-clone.ts';
import { printWaiting } from './waiting.ts';
import { watchPage } from './watch-page.ts';
import type { WorkingCopy } from './working-copy.ts';

const patienceMs = 30_000;

export interface DemoOptions {
  /** Ends after the story. */
  readonly script: boolean;
  /** Runs the story once everything is up. */
  readonly story: boolean;
}

export interface DemoParts {
  readonly environment: DemoEnvironment;
  readonly client: Client;
  readonly history: History;
  readonly screen: Screen;
  readonly copy: WorkingCopy;
  readonly pipelines: Pipelines;
  readonly forge: EventEmitter<{ event: [ForgeEvent] }>;
  /** Ends the demo. */
  readonly signal: AbortSignal;
}

/** Brings everything up, runs the story, and then follows what is typed and pushed. Returns the exit code. */
export async function runDemo(parts: DemoParts, { script, story }: DemoOptions): Promise<number> {
  const { environment, history, client, screen, signal } = parts;
  screen.heading('From git push to a served page, on this machine: nothing outside it is touched');
  screen.plain('  A development tool: containers are processes of yours, without isolation.\n');
  screen.fact('git', `${environment.forge.remote}, whose pushes run .gitlab-ci.yml here`);
  screen.fact('registry', `${environment.registry.url}, which stands in for registry.gitlab.com`);
  screen.fact('cluster', `${environment.cluster.server}, simulated, reconciled from git by a simulated Flux`);
  screen.fact('redis', environment.redis.url);
  screen.fact('api', `${environment.api.url}/api/v1/rollouts`);

  const urls = await bringUp(environment, screen);
  await environment.startWorker();
  void printEvents(history, screen, signal);
  await untilChecked(client);
  const wrong = story ? await runStory(parts, urls) : [];
  if (!script) await stayUp(parts, urls);
  return wrong.length === 0 ? 0 : 1;
}

/** Waits for the first check of both Deployments, so that what is pushed next is new. */
async function untilChecked(client: Client): Promise<void> {
  const found = await until(async () => {
    const checked = (await client.workloads()).filter(({ check }) => check !== undefined);
    return checked.length === branches.length || undefined;
  }, patienceMs);
  if (found) return;
  throw new Error(
    `The two Deployments were not checked within ${patienceMs / 1_000} s. The worker's log lines above may say why.`,
  );
}

/** Runs the story while both pages are requested all the time, and prints the history. Returns what did not go as expected. */
async function runStory(parts: DemoParts, urls: Readonly<Record<Branch, string>>): Promise<readonly string[]> {
  const { client, screen } = parts;
  const watching = new AbortController();
  const until = AbortSignal.any([watching.signal, parts.signal]);
  const withWatch = (url: string) => ({ url, watch: watchPage(url, until) });
  const wrong = await narrate({ ...parts, pages: { main: withWatch(urls.main), staging: withWatch(urls.staging) } });
  watching.abort();
  screen.heading(`The API's history (GET /api/v1/rollouts)`);
  screen.plain(historyTable(await client.rollouts()));
  for (const message of wrong) screen.plain(`  ${escapeText(message)}`);
  return wrong;
}

async function stayUp(parts: DemoParts, urls: Readonly<Record<Branch, string>>): Promise<void> {
  const { environment, client, screen, copy, forge, signal } = parts;
  const clone = userClone(environment.userFolder);
  await clone.prepare();
  forge.on('event', followMain(environment, screen));
  forge.on('event', printWaiting(client, screen));
  screen.heading('It stays up.');
  screen.plain(invitation(clone.folder, urls));
  screen.plain(`Or type here:\n\n${help}\n`);
  const pages = { [workloads.main]: urls.main, [workloads.staging]: urls.staging };
  const commands = commandsFor({ client, screen, copy, clone, pages });
  await prompt({ commands, say: (text) => screen.plain(text), signal, input: process.stdin });
}

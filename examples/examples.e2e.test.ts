import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const TIMEOUT_MS = 30_000;

/** Everything that an example prints; it has to end by itself, and well. */
function outputOf(name: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(here, name, 'main.ts')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === 0 && errors === '') resolve(output.trimEnd().split('\n'));
      else reject(new Error(`${name} ended with ${code}:\n${output}${errors}`));
    });
  });
}

interface Expected {
  /** What the chair sees, in the order of the log. */
  readonly log: readonly string[];
  /** What the script says about answers it got: they may come just before or after what the chair sees. */
  readonly notes?: readonly string[];
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  sequential: {
    log: [
      '# First come, first served',
      '  > Ada has the floor (queue)',
      'Ada: I am Ada.',
      '  > Bob has the floor (queue)',
      'Bob: I am Bob.',
      '  > Cleo has the floor (queue)',
      'Cleo: I am Cleo.',
    ],
    notes: ['Bob is number 1, for about 60 s', 'Cleo is number 2, for about 65 s'],
  },
  bidding: {
    log: [
      '# Bids for each turn',
      '  * Ada wins the turn and pays 7 (Ada 10, Bob 7, Cleo 5)',
      '  > Ada has the floor (best of 3 with 10)',
      'Ada: I am Ada, and this was worth it.',
      '  * Bob wins the turn and pays 5 (Bob 9, Cleo 5)',
      '  > Bob has the floor (best of 2 with 9)',
      'Bob: I am Bob, and this was worth it.',
      'Balances: 96, 99, 105',
    ],
  },
  priority: {
    log: [
      '# The expert comes first',
      '  > Bob has the floor (priority 0)',
      'Bob: Let me tell you all about it …',
      '  < Bob has to finish (preempted)',
      '  < Bob loses the floor (preempted)',
      '  > Ada has the floor (priority 2.5)',
      'Ada: Sorry, that is not how it works.',
      '  > Cleo has the floor (priority 0.9)',
      'Cleo: Good to know.',
      '  > Bob has the floor (priority 0)',
      'Bob: As I was going to say: I see.',
    ],
  },
  'round-robin': {
    log: [
      '# Round the table',
      '  > Ada has the floor (slice)',
      'Ada: One.',
      '  > Bob has the floor (slice)',
      'Bob: Two.',
      '  > Cleo has the floor (slice)',
      'Cleo: Three.',
      '  > Ada has the floor (slice)',
      'Ada: Four.',
      '  > Bob has the floor (slice)',
      '  < Bob passes',
      '  > Cleo has the floor (slice)',
      'Cleo: Five.',
      '  > Ada has the floor (slice)',
      'Ada: Six.',
      '  > Bob has the floor (slice)',
      '  < Bob passes',
      '  > Cleo has the floor (slice)',
      '  < Cleo passes',
      '  > Ada has the floor (slice)',
      '  < Ada passes',
    ],
  },
  consensus: {
    log: [
      '# Elected to speak',
      '  * Cleo is elected to speak (Cleo 4)',
      '  > Cleo has the floor (4 of 4 ballots)',
      'Cleo: Who would like to answer?',
      '  * Bob is elected to speak (Ada 1, Bob 3)',
      '  > Bob has the floor (3 of 4 ballots)',
      'Bob: Gladly.',
      '  * Ada is elected to speak (Ada 4)',
      '  > Ada has the floor (4 of 4 ballots)',
      'Ada: At last!',
    ],
  },
  concurrent: {
    log: [
      '# Two at once',
      '  > Ada has the floor (slot)',
      '  > Bob has the floor (slot)',
      '  * Bob and Cleo start at once: Cleo goes on (priority)',
      '  < Bob loses the floor (collision)',
      '  > Cleo has the floor (collision settled by priority)',
      'Ada: Clear on the left.',
      '  > Bob has the floor (at the head of the queue)',
      'Cleo: Going down to three thousand.',
      'Bob: Clear on the right.',
    ],
  },
  'priority-based': {
    log: [
      '# Urgent enough?',
      '  > Ada has the floor (queue)',
      '  * Bob may not interrupt Ada: insufficient priority',
      '  * Bob interrupts Ada',
      'Ada: The history of this building begins in the year —',
      '  < Ada loses the floor (interrupted)',
      '  > Bob has the floor (interruption)',
      'Bob: There is smoke in the hall!',
    ],
    notes: ['Bob’s first try: denied (interruption.insufficient_priority)', 'Bob’s second try: granted'],
  },
  'consensus-required': {
    log: [
      '# Put to the vote',
      '  > Ada has the floor (queue)',
      'Ada: My twelfth point, and I have twenty …',
      '  * Bob moves to interrupt Ada',
      '  * The motion is passed (yes 2, no 1, abstain 0)',
      '  * Bob interrupts Ada',
      '  < Ada loses the floor (interrupted)',
      '  > Bob has the floor (interruption)',
      'Bob: Lunch is served.',
    ],
    notes: ['Bob’s motion: voting'],
  },
  cooperative: {
    log: [
      '# May I?',
      '  > Ada has the floor (queue)',
      '  * Bob wants to interrupt Ada',
      '  * Bob may not interrupt Ada: declined',
      '  * Bob wants to interrupt Ada',
      '  * Bob interrupts Ada',
      'Ada: In this lecture I shall —',
      '  < Ada loses the floor (interrupted)',
      '  > Bob has the floor (interruption)',
      'Bob: Which lecture is this?',
    ],
  },
  conversational: {
    log: [
      '# Both at once',
      '  > Ada has the floor (queue)',
      'Ada: So we drove up to the lake,',
      '  * Ada and Bob speak at once',
      '  > Bob has the floor (both speak for a moment)',
      'Bob: the frozen lake,',
      '  * Cleo may not interrupt Ada: too many',
      '  * Ada and Bob spoke at once: Bob goes on (explicit)',
      '  < Ada loses the floor (overlap)',
      'Bob: and the car would not start again.',
    ],
    notes: ['Cleo’s try: denied (interruption.too_many)'],
  },
  debate: {
    log: [
      '# Is it a park?',
      '  * Host wins the turn (Host 1)',
      '  > Host has the floor (best of 1 with 1)',
      'Host: Is it a park?',
      '  * Optimist wins the turn (Optimist 0.9, Sceptic 0.6, Engineer 0.3, Historian 0.1)',
      '  > Optimist has the floor (best of 4 with 0.9)',
      'Optimist: Yes: it has three trees and a pond.',
      '  * Sceptic wins the turn (Sceptic 0.8, Engineer 0.4, Historian 0.1, Optimist 0.2)',
      '  > Sceptic has the floor (best of 4 with 0.8)',
      'Sceptic: The pond is a puddle.',
      '  * Engineer wins the turn (Engineer 0.9, Historian 0.3, Optimist 0.1, Sceptic 0.2)',
      '  > Engineer has the floor (best of 4 with 0.9)',
      'Engineer: I measured it: forty centimetres deep.',
      '  * Optimist wins the turn (Optimist 0.7, Historian 0.2, Engineer 0.1)',
      '  > Optimist has the floor (best of 3 with 0.7)',
      'Optimist: Then let us plant a fourth tree.',
      '4 turns and 24 bids for 0.0456 EUR',
      '0.0114 EUR a turn',
    ],
  },
  'a2a-agent': {
    log: [
      '# When does it leave?',
      '  > Ada has the floor (queue)',
      'Ada: When is the next train to Ulm, @Timetable?',
      '  > Timetable has the floor (queue)',
      'Timetable: From Munich or from Stuttgart?',
      '  > Ada has the floor (queue)',
      'Ada: From Munich.',
      '  > Timetable has the floor (queue)',
      'Timetable: The next one from Munich: 9:28, track 12.',
    ],
    notes: ['Timetable can do this: Departures of trains'],
  },
  webhook: {
    log: [
      '# Somebody is away',
      '  > Bob has the floor (queue)',
      'Bob: What do you think, @Eva?',
      '  > Eva has the floor (queue)',
      'Eva: I am all for it.',
    ],
    notes: ['Eva is called, for a mention in “Somebody is away”: What do you think, @Eva?'],
  },
};

test.each(Object.entries(EXPECTED))(
  'the conversation of examples/%s goes as it should',
  async (name, expected) => {
    const { log, notes = [] } = expected;
    const printed = await outputOf(name);
    expect(printed.filter((line) => !notes.includes(line))).toEqual(log);
    expect(printed.filter((line) => notes.includes(line))).toEqual(notes);
  },
);

/** These have tests of their own, beside them. */
const TESTED_THERE: readonly string[] = ['every-kind', 'ten-line-agent'];

test('every example is started by a test', async () => {
  const folders = (await readdir(here, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name).filter((name) => !TESTED_THERE.includes(name));
  expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});

import type { Connection, JoinOptions, Room } from '@parley/client';
import { connect, http } from '@parley/client';
import type { Page } from '@playwright/test';
import type { Stage } from './stage.ts';

/** Nobody is cut off for thinking, and interruptions are decided at once. */
const UNHURRIED = { firstContentMs: 600_000, silenceMs: 600_000, maxTurnMs: 600_000, minSpeakingMs: 0 };

/** A conversation under some rules: Ana at her browser, and others who take part by program. */
export class Company {
  readonly ana: Page;
  readonly address: string;
  readonly #id: string;
  readonly #url: string;
  readonly #connections: Connection[] = [];

  private constructor(ana: Page, address: string, id: string, url: string) {
    this.ana = ana;
    this.address = address;
    this.#id = id;
    this.#url = url;
  }

  /** Creates it; Ana has its page open and has not joined. */
  static async meet(
    stage: Stage,
    title: string,
    {
      floor = {},
      ...config
    }: {
      readonly floor?: object;
      readonly interruption?: object;
      readonly credits?: object;
      readonly routing?: object;
      readonly consistency?: object;
    },
  ): Promise<Company> {
    const timers = 'timers' in floor ? floor.timers : {};
    const { id } = await http(stage.url).createConversation({
      title,
      config: { ...config, floor: { ...floor, timers: { ...UNHURRIED, ...(timers as object) } } },
    });
    return new Company(await stage.person(), `${stage.url}/c/${id}`, id, stage.url);
  }

  get id(): string {
    return this.#id;
  }

  async joined(displayName: string, more: Partial<JoinOptions> = {}): Promise<Room> {
    const connection = await connect(this.#url);
    this.#connections.push(connection);
    return connection.join(this.#id, { kind: 'agent', displayName, ...more });
  }

  async part(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.ana.context().close();
  }
}

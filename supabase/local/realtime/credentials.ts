import type { RealtimeLimits } from './limits.ts';
import { readToken, TokenFault, type Claims } from './token.ts';

/** What tokens are judged by: the secret they are signed with, and how long one is believed. */
interface Judge {
  readonly jwtSecret: string;
  readonly limits: RealtimeLimits;
}

/** The token a channel acts under. It is read again when it expires, and at the latest after `tokenCheckMs`. */
export class Credentials {
  readonly #judge: Judge;
  readonly #onFault: (fault: TokenFault) => void;
  #token = '';
  #claims: Claims = { role: '', exp: 0 };
  #timer: NodeJS.Timeout | undefined;

  constructor(judge: Judge, onFault: (fault: TokenFault) => void) {
    this.#judge = judge;
    this.#onFault = onFault;
  }

  get claims(): Claims {
    return this.#claims;
  }

  /** Whether a pushed value is a token to look at: keys and what is known already change nothing. */
  isNews(token: unknown): token is string {
    return typeof token === 'string' && !token.startsWith('sb_') && token !== this.#token;
  }

  /** Throws a {@link TokenFault}. */
  accept(token: string): void {
    clearTimeout(this.#timer);
    this.#claims = readToken(token, this.#judge.jwtSecret);
    this.#token = token;
    const left = Math.max(0, this.#claims.exp * 1000 - Date.now());
    this.#timer = setTimeout(() => this.#confirm(), Math.min(this.#judge.limits.tokenCheckMs, left));
    this.#timer.unref();
  }

  forget(): void {
    clearTimeout(this.#timer);
  }

  #confirm(): void {
    try {
      this.accept(this.#token);
    } catch (error) {
      if (error instanceof TokenFault) this.#onFault(error);
    }
  }
}

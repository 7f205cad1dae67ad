import { describe, expect, it } from 'vitest';
import { Connection } from './connection.svelte';

describe('connection', () => {
  it('keeps a brief drop to itself', () => {
    const connection = new Connection();
    connection.joined();
    connection.lost();
    expect(connection.status).toBe('live');
    connection.joined();
    connection.holdBackOver();
    expect(connection.status).toBe('live');
  });

  it('says that it is not connected once a loss has lasted', () => {
    const connection = new Connection();
    connection.joined();
    connection.lost();
    connection.holdBackOver();
    expect(connection.status).toBe('lost');
    connection.joined();
    expect(connection.status).toBe('live');
  });

  it('counts what changed while hidden, up to the first answer after coming back', () => {
    const connection = new Connection();
    connection.joined();
    connection.caughtUp(3);
    expect(connection.missed).toBe(0);
    connection.seen(false);
    connection.caughtUp(2);
    connection.seen(true);
    connection.caughtUp(1);
    expect(connection.missed).toBe(3);
    connection.caughtUp(5);
    expect(connection.missed).toBe(3);
    connection.acknowledge();
    expect(connection.missed).toBe(0);
  });

  it('goes on counting while it is visible but not joined', () => {
    const connection = new Connection();
    connection.joined();
    connection.lost();
    connection.caughtUp(1);
    connection.joined();
    connection.caughtUp(2);
    expect(connection.missed).toBe(3);
  });
});

// What the palette offers besides the cases themselves: what is possible just now, and nothing else.
import type { EscalationStatus } from '#shared/contract.ts';
import type { Choice } from '../desk/team';
import type { CommandName } from './commands';

export interface Command {
  label: string;
  hint?: string;
  run: () => void;
}

interface Scene {
  /** How the opened case stands; null when none is open or it never asked for a person. */
  status: EscalationStatus | null;
  /** Whether a case is open at all. */
  isOpened: boolean;
  /** Whose the opened case is. */
  claimed_by: string | null;
  selected: number;
  selectable: number;
  /** Whether this browser has not been asked about notifications yet. */
  isAsking: boolean;
  isFolded: boolean;
  /** Who the case, or what is selected, can be given to. */
  team: Choice[];
  /** The other chatbots of this person. */
  chatbots: { id: string; name: string }[];
  assign: (person: Choice) => void;
  go: (address: string) => void;
}

const commandOf =
  (commands: Record<CommandName, () => void>) =>
  (name: CommandName, label: string, hint?: string): Command => ({
    label,
    run: commands[name],
    ...(hint && { hint }),
  });

/** What can be done just now with the case, with what is selected and with the list. */
export function paletteCommands(scene: Scene, commands: Record<CommandName, () => void>): Command[] {
  const command = commandOf(commands);
  const { status, selected, selectable, claimed_by } = scene;
  const isOne = selected === 0 && status === 'open';
  const all: (Command | false)[] = [
    selected > 0 && command('resolve', `Resolve ${selected} selected`, 'E'),
    selected > 0 && command('clear', 'Clear the selection', 'Esc'),
    status !== null &&
      selected === 0 &&
      command('resolve', status === 'open' ? 'Mark resolved' : 'Reopen', 'E'),
    status !== null && command('reply', 'Reply', 'R'),
    status !== null && command('note', 'Add a note', 'N'),
    isOne && claimed_by === null && command('claim', 'Claim this case'),
    isOne && claimed_by !== null && command('release', 'Release claim'),
    (isOne || selected > 0) &&
      command('assign', selected > 0 ? `Assign ${selected} selected…` : 'Assign…', 'A'),
    status !== null && command('unread', 'Mark unread', 'U'),
    selectable > selected && command('select-all', `Select all ${selectable} loaded cases`),
    command('show-unresolved', 'Show unresolved'),
    command('show-waiting', 'Show waiting longest first'),
  ];
  return all.filter((entry) => entry !== false);
}

/** What is less often wanted, and stands below the cases. */
export function furtherCommands(scene: Scene, commands: Record<CommandName, () => void>): Command[] {
  const command = commandOf(commands);
  const all: (Command | false)[] = [
    scene.selected === 0 && command('export-list-excel', 'Export this list (Excel)'),
    scene.selected === 0 && command('export-list-csv', 'Export this list (CSV)'),
    scene.isOpened && command('export-case-excel', 'Export this transcript (Excel)'),
    scene.isOpened && command('export-case-csv', 'Export this transcript (CSV)'),
    scene.isOpened && command('print', 'Print this transcript'),
    command('insights', 'Show insights'),
    command('fold', scene.isFolded ? 'Show all figures' : 'Fold the figures'),
    command('canned', 'Manage canned replies'),
    scene.isAsking
      ? command('ask-to-notify', 'Turn on desktop notifications')
      : command('help', 'Keyboard help', '?'),
  ];
  return all.filter((entry) => entry !== false);
}

/** What only typing brings up, since there may be many: the people to assign to, and the other chatbots. */
export function namedCommands({ status, selected, team, chatbots, assign, go }: Scene): Command[] {
  const isAssignable = status === 'open' || selected > 0;
  const what = selected > 0 ? `Assign ${selected} selected to` : 'Assign to';
  return [
    ...(isAssignable
      ? team.map((person) => ({ label: `${what} ${person.label}`, run: () => assign(person) }))
      : []),
    ...chatbots.map(({ id, name }) => ({
      label: `Go to ${name}`,
      hint: 'Chatbot',
      run: () => go(`/dashboard/chatbots/${id}/human-support`),
    })),
  ];
}

// Splits a migration into its statements, as the CLI does for the history table: a semicolon ends one unless it stands in a
// string, an identifier, a dollar quote, a comment or the body of a `begin atomic` function.

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|\bbegin\s+atomic\b|\b(?:case|end)\b|;/gi;

/** The statements of `text`, trimmed, each with the comments before it and without its semicolon. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let depth = 0;
  for (const token of text.matchAll(TOKEN)) {
    const word = token[0].toLowerCase();
    if (word.startsWith('begin')) depth = 1;
    else if (word === 'case' && depth > 0) depth += 1;
    else if (word === 'end' && depth > 0) depth -= 1;
    else if (word === ';' && depth === 0) {
      statements.push(text.slice(start, token.index).trim());
      start = token.index + 1;
    }
  }
  statements.push(text.slice(start).trim());
  return statements.filter(Boolean);
}

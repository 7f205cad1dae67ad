// The parts of a workbook around its sheets (ECMA-376, part 1 and 2): what there is, how it belongs together, how cells look.

const FORMATS = 'http://schemas.openxmlformats.org';
const DOCUMENT_RELATIONS = `${FORMATS}/officeDocument/2006/relationships`;
const PACKAGE_RELATIONS = `${FORMATS}/package/2006/relationships`;
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The namespace of sheets. */
export const MAIN = `${FORMATS}/spreadsheetml/2006/main`;

/** Numbers of the looks that a cell can have; their order is that of `cellXfs` below. */
export const STYLE = { plain: 0, time: 1, header: 2 };

const STYLES =
  `<styleSheet xmlns="${MAIN}">` +
  '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>';

/** What is sent before the sheets, when nobody knows how many there will be: every part of no other kind is one. */
export const before: Record<string, string> = {
  '[Content_Types].xml':
    `<Types xmlns="${FORMATS}/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    `<Default Extension="xml" ContentType="${CONTENT}.worksheet+xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/></Types>`,
  '_rels/.rels': relations([relation('workbook', 'officeDocument', 'xl/workbook.xml')]),
  'xl/styles.xml': STYLES,
};

/** What names so many sheets. */
export function after(sheets: number): Record<string, string> {
  const numbers = Array.from({ length: sheets }, (_, n) => n + 1);
  const entry = (n: number) =>
    `<sheet name="Export${n > 1 ? ` ${n}` : ''}" sheetId="${n}" r:id="sheet${n}"/>`;
  return {
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT_RELATIONS}"><sheets>${numbers.map(entry).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...numbers.map((n) => relation(`sheet${n}`, 'worksheet', `worksheets/sheet${n}.xml`)),
      relation('styles', 'styles', 'styles.xml'),
    ]),
  };
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${DOCUMENT_RELATIONS}/${type}" Target="${target}"/>`;
}

function relations(all: string[]): string {
  return `<Relationships xmlns="${PACKAGE_RELATIONS}">${all.join('')}</Relationships>`;
}

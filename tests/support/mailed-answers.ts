// Mailed answers as people write them and programs wrap them, in fifteen languages: what a person typed, what we had sent, and what
// Gmail, Outlook, Apple Mail, Thunderbird, Yahoo and mutt make of the two.

export interface MailedCase {
  name: string;
  text: string;
  sent: string[];
  /** What is to be left, exactly. */
  kept: string;
  /** What the person typed: none of these words may be missing, whatever else is left. */
  typed: string;
}

export const OWN_ADDRESS = 'help@acme.example';
export const OWN_NAME = 'Acme Support';
const US = `${OWN_NAME} <${OWN_ADDRESS}>`;

interface Speech {
  /** What we had sent. */
  sent: string;
  /** Answers, some of which begin as an attribution would. */
  answers: [string, string, string];
  gmail: string;
  apple: string;
  thunderbird: string;
  labels: [from: string, sent: string, to: string, subject: string];
  /** The day as Outlook writes it. */
  day: string;
  original: string;
  device: string;
  forwarded: string;
}

export const SPEECH: Record<string, Speech> = {
  en: {
    sent: 'Hello Kim,\nplease press the blue button and wait until the lamp is green.\n\nYour Acme team',
    answers: [
      'It works now.',
      'On Monday it did not work:\nsee order 4711 of 5/6/2026.',
      'Thanks!\n\nKim\n\nPS: my number is 0171 2345678',
    ],
    gmail: `On Mon, Nov 23, 2026 at 9:14 AM ${US} wrote:`,
    apple: `On 23. Nov 2026, at 09:14, ${US} wrote:`,
    thunderbird: `On 11/23/26 09:14, ${OWN_NAME} wrote:`,
    labels: ['From', 'Sent', 'To', 'Subject'],
    day: 'Monday, November 23, 2026 9:14 AM',
    original: 'Original Message',
    device: 'Sent from my iPhone',
    forwarded: '---------- Forwarded message ---------',
  },
  de: {
    sent: 'Hallo Kim,\nbitte drücken Sie den blauen Knopf und warten Sie, bis die Lampe grün ist.\n\nIhr Acme-Team',
    answers: [
      'Läuft.',
      'Am Montag ging es nicht:\nBestellung 4711 vom 5.6.2026.',
      'Danke!\n\nViele Grüße\nKim\n\nPS: Meine Nummer ist 0171 2345678',
    ],
    gmail: `Am Mo., 23. Nov. 2026 um 09:14 Uhr schrieb ${US}:`,
    apple: `Am 23.11.2026 um 09:14 schrieb ${US}:`,
    thunderbird: `Am 23.11.26 um 09:14 schrieb ${OWN_NAME}:`,
    labels: ['Von', 'Gesendet', 'An', 'Betreff'],
    day: 'Montag, 23. November 2026 09:14',
    original: 'Ursprüngliche Nachricht',
    device: 'Von meinem iPhone gesendet',
    forwarded: 'Anfang der weitergeleiteten Nachricht:',
  },
  fr: {
    sent: 'Bonjour Kim,\nappuyez sur le bouton bleu et attendez que la lampe soit verte.\n\nL’équipe Acme',
    answers: [
      'Ça marche.',
      'Le lundi 23, rien ne marchait :\ncommande 4711 du 5/6/2026.',
      'Merci !\n\nCordialement,\nKim\n\nPS : mon numéro est le 0171 2345678',
    ],
    gmail: `Le lun. 23 nov. 2026 à 09:14, ${US} a écrit\u00a0:`,
    apple: `Le 23 nov. 2026 à 09:14, ${US} a écrit :`,
    thunderbird: `Le 23/11/2026 à 09:14, ${OWN_NAME} a écrit\u00a0:`,
    labels: ['De\u00a0', 'Envoyé\u00a0', 'À\u00a0', 'Objet\u00a0'],
    day: 'lundi 23 novembre 2026 09:14',
    original: "Message d'origine",
    device: 'Envoyé de mon iPhone',
    forwarded: 'Début du message transféré :',
  },
  es: {
    sent: 'Hola, Kim:\npulsa el botón azul y espera a que la lámpara esté en verde.\n\nEl equipo de Acme',
    answers: [
      'Ya va.',
      'El lunes no funcionaba:\npedido 4711 del 5/6/2026.',
      '¡Gracias!\n\nSaludos,\nKim\n\nPD: mi número es 0171 2345678',
    ],
    gmail: `El lun, 23 nov 2026 a las 9:14, ${OWN_NAME} (<${OWN_ADDRESS}>) escribió:`,
    apple: `El 23 nov 2026, a las 9:14, ${US} escribió:`,
    thunderbird: `El 23/11/26 a las 9:14, ${OWN_NAME} escribió:`,
    labels: ['De', 'Enviado', 'Para', 'Asunto'],
    day: 'lunes, 23 de noviembre de 2026 9:14',
    original: 'Mensaje original',
    device: 'Enviado desde mi iPhone',
    forwarded: 'Inicio del mensaje reenviado:',
  },
  pt: {
    sent: 'Olá, Kim,\naperte o botão azul e espere até a lâmpada ficar verde.\n\nEquipe Acme',
    answers: [
      'Deu certo.',
      'Em 23 de novembro não funcionou:\npedido 4711 de 5/6/2026.',
      'Obrigado!\n\nAbraços,\nKim\n\nPS: meu número é 0171 2345678',
    ],
    gmail: `Em seg., 23 de nov. de 2026 às 09:14, ${US} escreveu:`,
    apple: `Em 23 de nov. de 2026, à(s) 09:14, ${US} escreveu:`,
    thunderbird: `Em 23/11/2026 09:14, ${OWN_NAME} escreveu:`,
    labels: ['De', 'Enviado', 'Para', 'Assunto'],
    day: 'segunda-feira, 23 de novembro de 2026 09:14',
    original: 'Mensagem original',
    device: 'Enviado do meu iPhone',
    forwarded: 'Início da mensagem encaminhada:',
  },
  it: {
    sent: 'Ciao Kim,\npremi il pulsante blu e aspetta che la luce sia verde.\n\nIl team Acme',
    answers: [
      'Funziona.',
      'Il giorno 23 non andava:\nordine 4711 del 5/6/2026.',
      'Grazie!\n\nSaluti,\nKim\n\nPS: il mio numero è 0171 2345678',
    ],
    gmail: `Il giorno lun 23 nov 2026 alle ore 09:14 ${US} ha scritto:`,
    apple: `Il giorno 23 nov 2026, alle ore 09:14, ${US} ha scritto:`,
    thunderbird: `Il 23/11/26 09:14, ${OWN_NAME} ha scritto:`,
    labels: ['Da', 'Inviato', 'A', 'Oggetto'],
    day: 'lunedì 23 novembre 2026 09:14',
    original: 'Messaggio originale',
    device: 'Inviato da iPhone',
    forwarded: 'Inizio messaggio inoltrato:',
  },
  nl: {
    sent: 'Hallo Kim,\ndruk op de blauwe knop en wacht tot het lampje groen is.\n\nHet Acme-team',
    answers: [
      'Op de website staat het nog fout.',
      'Op maandag werkte het niet:\nbestelling 4711 van 5-6-2026.',
      'Bedankt!\n\nGroeten,\nKim\n\nPS: mijn nummer is 0171 2345678',
    ],
    gmail: `Op ma 23 nov 2026 om 09:14 schreef ${US}:`,
    apple: `Op 23 nov 2026, om 09:14 heeft ${US} het volgende geschreven:`,
    thunderbird: `Op 23-11-2026 om 09:14 schreef ${OWN_NAME}:`,
    labels: ['Van', 'Verzonden', 'Aan', 'Onderwerp'],
    day: 'maandag 23 november 2026 09:14',
    original: 'Oorspronkelijk bericht',
    device: 'Verstuurd vanaf mijn iPhone',
    forwarded: 'Begin doorgestuurd bericht:',
  },
  pl: {
    sent: 'Cześć Kim,\nnaciśnij niebieski przycisk i poczekaj, aż lampka będzie zielona.\n\nZespół Acme',
    answers: [
      'Działa.',
      'W dniu wczorajszym nie działało:\nzamówienie 4711 z 5.6.2026.',
      'Dziękuję!\n\nPozdrawiam\nKim\n\nPS: mój numer to 0171 2345678',
    ],
    gmail: `pon., 23 lis 2026 o 09:14 ${US} napisał(a):`,
    apple: `Wiadomość napisana przez ${US} w dniu 23 lis 2026, o godz. 09:14:`,
    thunderbird: `W dniu 23.11.2026 o 09:14, ${OWN_NAME} pisze:`,
    labels: ['Od', 'Wysłano', 'Do', 'Temat'],
    day: 'poniedziałek, 23 listopada 2026 09:14',
    original: 'Wiadomość oryginalna',
    device: 'Wysłane z iPhone’a',
    forwarded: 'Początek przekazywanej wiadomości:',
  },
  tr: {
    sent: 'Merhaba Kim,\nmavi düğmeye bas ve lamba yeşil olana kadar bekle.\n\nAcme ekibi',
    answers: [
      'Oldu.',
      '23 Kasım Pazartesi günü çalışmadı:\n5.6.2026 tarihli 4711 numaralı sipariş.',
      'Teşekkürler!\n\nSelamlar,\nKim\n\nNot: numaram 0171 2345678',
    ],
    gmail: `${US}, 23 Kas 2026 Pzt, 09:14 tarihinde şunu yazdı:`,
    apple: `${US} şunları yazdı (23 Kas 2026 09:14):`,
    thunderbird: `23.11.2026 09:14 tarihinde ${OWN_NAME} yazdı:`,
    labels: ['Kimden', 'Gönderildi', 'Kime', 'Konu'],
    day: '23 Kasım 2026 Pazartesi 09:14',
    original: 'Orijinal İleti',
    device: 'iPhone’umdan gönderildi',
    forwarded: 'İletilen mesajın başlangıcı:',
  },
  ja: {
    sent: 'Kim 様\n青いボタンを押して、ランプが緑色になるまでお待ちください。\n\nAcme サポート一同',
    answers: [
      'うまくいきました。',
      '2026年11月23日は動きませんでした：\n注文番号は4711です。',
      'ありがとうございます！\n\nキム\n\n追伸：電話番号は0171-2345678です',
    ],
    gmail: `2026年11月23日(月) 9:14 ${US}:`,
    apple: `2026/11/23 9:14、${US}のメール:`,
    thunderbird: `On 2026/11/23 9:14, ${OWN_NAME} wrote:`,
    labels: ['差出人', '送信日時', '宛先', '件名'],
    day: '2026年11月23日 9:14',
    original: '元のメッセージ',
    device: 'iPhoneから送信',
    forwarded: '---------- 転送されたメッセージ ---------',
  },
  zh: {
    sent: 'Kim，你好：\n请按下蓝色按钮，然后等待指示灯变成绿色。\n\nAcme 团队敬上',
    answers: [
      '在网站上还有错误。',
      '于2026年11月23日还是不行：\n订单号4711。',
      '谢谢！\n\n金\n\n又及：我的电话是0171-2345678',
    ],
    gmail: `${US} 于2026年11月23日周一 09:14写道：`,
    apple: `${US} 在 2026年11月23日 09:14 写道：`,
    thunderbird: `在 2026/11/23 9:14, ${OWN_NAME} 写道:`,
    labels: ['发件人', '发送时间', '收件人', '主题'],
    day: '2026年11月23日 9:14',
    original: '原始邮件',
    device: '发自我的 iPhone',
    forwarded: '开始转发的邮件：',
  },
  ko: {
    sent: 'Kim 님, 안녕하세요.\n파란색 버튼을 누르고 표시등이 초록색이 될 때까지 기다려 주세요.\n\nAcme 팀 드림',
    answers: [
      '됩니다.',
      '2026년 11월 23일에는 안 됐어요:\n주문 번호는 4711입니다.',
      '감사합니다!\n\n킴 드림\n\n추신: 제 번호는 0171 2345678입니다',
    ],
    gmail: `2026년 11월 23일 (월) 오전 9:14, ${US}님이 작성:`,
    apple: `2026. 11. 23. 오전 9:14, ${US} 작성:`,
    thunderbird: `2026-11-23 오전 9:14에 ${OWN_NAME} 이(가) 쓴 글:`,
    labels: ['보낸 사람', '보낸 날짜', '받는 사람', '제목'],
    day: '2026년 11월 23일 월요일 오전 9:14',
    original: '원본 메시지',
    device: '나의 iPhone에서 보냄',
    forwarded: '---------- 전달된 메시지 ---------',
  },
  hi: {
    sent: 'नमस्ते किम,\nकृपया नीला बटन दबाएँ और बत्ती हरी होने तक प्रतीक्षा करें।\n\nAcme टीम',
    answers: [
      'हो गया।',
      'सोमवार 23 नवंबर को नहीं चला:\nऑर्डर ४७११ देखें।',
      'धन्यवाद!\n\nकिम\n\nपुनश्च: मेरा नंबर 0171 2345678 है',
    ],
    gmail: `सोम, 23 नव॰ 2026 को 9:14 am बजे को ${US} ने लिखा:`,
    apple: `23 नव॰ 2026 को 9:14 बजे, ${US} ने लिखा:`,
    thunderbird: `२३/११/२०२६ ०९:१४ को, ${OWN_NAME} ने लिखा:`,
    labels: ['प्रेषक', 'भेजा गया', 'प्रति', 'विषय'],
    day: 'सोमवार, 23 नवंबर 2026 09:14',
    original: 'मूल संदेश',
    device: 'मेरे iPhone से भेजा गया',
    forwarded: '---------- अग्रेषित संदेश ---------',
  },
  ar: {
    sent: 'مرحبًا كيم،\nيرجى الضغط على الزر الأزرق والانتظار حتى يصبح الضوء أخضر.\n\nفريق Acme',
    answers: [
      'نجح الأمر.',
      'في الاثنين 23 نوفمبر لم يعمل:\nالطلب رقم ٤٧١١.',
      'شكرًا!\n\nكيم\n\nملاحظة: رقمي 0171 2345678',
    ],
    gmail: `في الاثنين، 23 نوفمبر 2026 في 9:14 ص تمت كتابة ما يلي بواسطة ${US}:`,
    apple: `في ٢٣ نوفمبر ٢٠٢٦، في ٩:١٤ ص، كتب ${US}:`,
    thunderbird: `في ٢٣/١١/٢٠٢٦ ٠٩:١٤، كتب ${OWN_NAME}:`,
    labels: ['من', 'تاريخ الإرسال', 'إلى', 'الموضوع'],
    day: '23/نوفمبر/2026 09:14 ص',
    original: 'الرسالة الأصلية',
    device: 'أُرسلت من الـ iPhone',
    forwarded: 'بداية الرسالة المُعاد توجيهها:',
  },
  he: {
    sent: 'שלום קים,\nנא ללחוץ על הכפתור הכחול ולחכות עד שהנורה תהיה ירוקה.\n\nצוות Acme',
    answers: [
      'עובד.',
      'בתאריך 23 בנובמבר זה לא עבד:\nהזמנה 4711.',
      'תודה!\n\nקים\n\nנ.ב. המספר שלי 0171 2345678',
    ],
    gmail: `\u202bבתאריך יום ב׳, 23 בנוב׳ 2026 ב-9:14 מאת \u202aAcme Support\u202c <\u202ahelp@acme.example\u202c>:\u202c`,
    apple: `ב-23 בנוב׳ 2026, בשעה 9:14, ${US} כתב/ה:`,
    thunderbird: `בתאריך 23/11/2026 9:14, ${OWN_NAME} כתב:`,
    labels: ['מאת', 'נשלח', 'אל', 'נושא'],
    day: 'יום שני 23 נובמבר 2026 09:14',
    original: 'ההודעה המקורית',
    device: 'נשלח מה-iPhone שלי',
    forwarded: '---------- הודעה שהועברה ---------',
  },
};

export const quoted = (text: string, mark = '> ') =>
  text
    .split('\n')
    .map((line) => `${mark}${line}`)
    .join('\n');

/** Breaks lines as programs do that send plain text: below 72 characters, at a space. */
export const wrapped = (line: string) => {
  const rows: string[] = [];
  for (const word of line.split(' ')) {
    const last = rows.at(-1);
    if (last === undefined || `${last} ${word}`.length > 72) rows.push(word);
    else rows[rows.length - 1] = `${last} ${word}`;
  }
  return rows.join('\n');
};

type Shape = (typed: string, speech: Speech) => Omit<MailedCase, 'name' | 'sent'>;
const plainly =
  (around: (typed: string, speech: Speech) => string): Shape =>
  (typed, speech) => ({ text: around(typed, speech), kept: typed, typed });

const block = ({ labels: [from, sent, to, subject], day }: Speech, mark = '') =>
  [
    `${mark}${from}:${mark} ${US}`,
    `${mark}${sent}:${mark} ${day}`,
    `${mark}${to}:${mark} Kim Doe <kim@doe.example>`,
    `${mark}${subject}:${mark} Re: Order 1234`,
  ].join('\n');

/** The programs, each with the ways its users answer. */
export const SHAPES: Record<string, Shape> = {
  'Gmail, above': plainly((typed, { gmail, sent }) => `${typed}\n\n${gmail}\n\n${quoted(sent)}\n`),
  'Gmail, above, wrapped': plainly(
    (typed, { gmail, sent }) => `${typed}\n\n${wrapped(gmail)}\n\n${quoted(sent)}\n`,
  ),
  'Gmail, below': plainly((typed, { gmail, sent }) => `${gmail}\n\n${quoted(sent)}\n\n${typed}\n`),
  'Gmail, above, with CRLF': plainly((typed, { gmail, sent }) =>
    `${typed}\n\n${gmail}\n\n${quoted(sent)}\n`.replaceAll('\n', '\r\n'),
  ),
  'Gmail, between': (typed, { gmail, sent }) => {
    const [first = '', ...rest] = sent.split('\n\n');
    const answered = `${quoted(first)}\n\n${typed}\n\n${quoted(rest.join('\n\n'))}\n\n4711!`;
    return { text: `${gmail}\n\n${answered}\n`, kept: answered, typed: `${typed}\n4711!` };
  },
  'Outlook, above': plainly((typed, speech) => `${typed}\n\n${block(speech)}\n\n${speech.sent}\n`),
  'Outlook with a ruled line': plainly(
    (typed, speech) => `${typed}\n\n${'_'.repeat(32)}\n${block(speech)}\n\n${speech.sent}\n`,
  ),
  'Outlook with stars': plainly((typed, speech) => `${typed}\n\n${block(speech, '*')}\n\n${speech.sent}\n`),
  'Outlook, ruled original': plainly(
    (typed, speech) => `${typed}\n\n-----${speech.original}-----\n${block(speech)}\n\n${speech.sent}\n`,
  ),
  'GMX, the time first': plainly((typed, speech) => {
    const [from, sent, ...rest] = block(speech).split('\n');
    return `${typed}\n\n${[sent, from, ...rest].join('\n')}\n\n${speech.sent}\n`;
  }),
  'Apple Mail, above': plainly((typed, { apple, sent }) => `${typed}\n\n> ${apple}\n> \n${quoted(sent)}\n`),
  'Apple Mail on a telephone': (typed, { apple, sent, device }) => ({
    text: `${typed}\n\n${device}\n\n> ${apple}\n> \n${quoted(sent)}\n`,
    kept: typed,
    typed,
  }),
  'Apple Mail, not quoted': plainly((typed, { apple, sent }) => `${typed}\n\n${apple}\n\n${sent}\n`),
  'Thunderbird, above': plainly(
    (typed, { thunderbird, sent }) => `${typed}\n\n${thunderbird}\n${quoted(sent)}\n`,
  ),
  'Thunderbird, below': plainly(
    (typed, { thunderbird, sent }) => `${thunderbird}\n${quoted(sent)}\n\n${typed}\n`,
  ),
  'Yahoo, above': plainly(
    (typed, { gmail, sent }) => `${typed}\n    ${gmail}  \n \n ${sent.replaceAll('\n', ' \n')}  \n`,
  ),
  'mutt, below': plainly(
    (typed, { sent }) =>
      `On Mon, Nov 23, 2026 at 09:14:00AM +0000, ${OWN_NAME} wrote:\n${quoted(sent)}\n\n${typed}\n`,
  ),
  'our line without another': plainly(
    (typed, { sent }) => `${typed}\n\n> — ##handoff## —\n> \n${quoted(sent)}\n`,
  ),
  'a thread of two': plainly(
    (typed, { gmail, sent, answers }) =>
      `${typed}\n\n${gmail}\n${quoted(`${sent}\n\nOn Sun, Nov 22, 2026 at 8:00 PM Kim Doe <kim@doe.example> wrote:\n${quoted(answers[2])}`)}\n`,
  ),
};

/** Every shape in every language, with another of the three answers each time. */
export function mailedCases(): MailedCase[] {
  return Object.entries(SPEECH).flatMap(([language, speech], row) =>
    Object.entries(SHAPES).map(([shape, around], column) => {
      const typed = speech.answers[(row + column) % 3] ?? speech.answers[0];
      const sent = [speech.sent, speech.answers[2]];
      return { name: `${language}: ${shape}`, sent, ...around(typed, speech) };
    }),
  );
}

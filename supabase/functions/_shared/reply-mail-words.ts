// What a mail to a visitor says around the words of the person who answered, in the fifteen languages of the widget. Visitors are
// addressed as the widget addresses them.
import type { Language } from './labels.ts';
import { languageOf } from './labels.ts';

/** `name` is a first name, `chatbot` the name the visitor knows the chat by. */
export interface ReplyWords {
  /** The sender's name. */
  sender: (name: string, chatbot: string) => string;
  /** The same in every mail of a conversation, so that they stay together. */
  subject: (chatbot: string, reference: string) => string;
  answered: (name: string, chatbot: string) => string;
  /** When nobody's name is known. */
  answeredByTeam: (chatbot: string) => string;
  question: string;
  /** Above the link to the chat. */
  goOn: string;
  /** Where mail comes back. */
  orReply: string;
  /** The line that mail programs are asked to leave alone. */
  marker: string;
  /** Above the link by which a stranger ends it. */
  notMe: (chatbot: string) => string;
}

const WORDS: Record<Language, ReplyWords> = {
  en: {
    sender: (name, chatbot) => `${name} at ${chatbot}`,
    subject: (chatbot, reference) => `Your question to ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name} at ${chatbot} has answered you:`,
    answeredByTeam: (chatbot) => `The team at ${chatbot} has answered you:`,
    question: 'Your question:',
    goOn: 'Continue the conversation here:',
    orReply: 'Or simply reply to this e-mail.',
    marker: 'Please reply above this line',
    notMe: (chatbot) =>
      `You never wrote to ${chatbot}? Then say so here, and no more of these e-mails will come:`,
  },
  de: {
    sender: (name, chatbot) => `${name} von ${chatbot}`,
    subject: (chatbot, reference) => `Ihre Frage an ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name} von ${chatbot} hat Ihnen geantwortet:`,
    answeredByTeam: (chatbot) => `Das Team von ${chatbot} hat Ihnen geantwortet:`,
    question: 'Ihre Frage:',
    goOn: 'Hier geht das Gespräch weiter:',
    orReply: 'Oder antworten Sie einfach auf diese E-Mail.',
    marker: 'Bitte oberhalb dieser Zeile antworten',
    notMe: (chatbot) =>
      `Sie haben ${chatbot} gar nicht geschrieben? Dann sagen Sie es hier, und es kommen keine weiteren E-Mails dieser Art:`,
  },
  fr: {
    sender: (name, chatbot) => `${name} de ${chatbot}`,
    subject: (chatbot, reference) => `Votre question à ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name} de ${chatbot} vous a répondu :`,
    answeredByTeam: (chatbot) => `L’équipe de ${chatbot} vous a répondu :`,
    question: 'Votre question :',
    goOn: 'Poursuivez la conversation ici :',
    orReply: 'Ou répondez simplement à cet e-mail.',
    marker: 'Merci de répondre au-dessus de cette ligne',
    notMe: (chatbot) =>
      `Vous n’avez pas écrit à ${chatbot} ? Dites-le ici, et vous ne recevrez plus ces e-mails :`,
  },
  es: {
    sender: (name, chatbot) => `${name} de ${chatbot}`,
    subject: (chatbot, reference) => `Tu pregunta a ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name} de ${chatbot} te ha respondido:`,
    answeredByTeam: (chatbot) => `El equipo de ${chatbot} te ha respondido:`,
    question: 'Tu pregunta:',
    goOn: 'Continúa la conversación aquí:',
    orReply: 'O simplemente responde a este correo.',
    marker: 'Responde por encima de esta línea',
    notMe: (chatbot) => `¿No has escrito a ${chatbot}? Dilo aquí y no recibirás más correos como este:`,
  },
  pt: {
    sender: (name, chatbot) => `${name}, de ${chatbot}`,
    subject: (chatbot, reference) => `Sua pergunta para ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name}, de ${chatbot}, respondeu a você:`,
    answeredByTeam: (chatbot) => `A equipe de ${chatbot} respondeu a você:`,
    question: 'Sua pergunta:',
    goOn: 'Continue a conversa aqui:',
    orReply: 'Ou simplesmente responda a este e-mail.',
    marker: 'Responda acima desta linha',
    notMe: (chatbot) => `Você não escreveu para ${chatbot}? Avise aqui e não receberá mais estes e-mails:`,
  },
  it: {
    sender: (name, chatbot) => `${name} di ${chatbot}`,
    subject: (chatbot, reference) => `La tua domanda a ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name} di ${chatbot} ti ha risposto:`,
    answeredByTeam: (chatbot) => `Il team di ${chatbot} ti ha risposto:`,
    question: 'La tua domanda:',
    goOn: 'Continua la conversazione qui:',
    orReply: 'Oppure rispondi semplicemente a questa e-mail.',
    marker: 'Rispondi sopra questa riga',
    notMe: (chatbot) => `Non hai scritto a ${chatbot}? Dillo qui e non riceverai altre e-mail come questa:`,
  },
  nl: {
    sender: (name, chatbot) => `${name} van ${chatbot}`,
    subject: (chatbot, reference) => `Je vraag aan ${chatbot} (${reference})`,
    answered: (name, chatbot) => `${name} van ${chatbot} heeft je geantwoord:`,
    answeredByTeam: (chatbot) => `Het team van ${chatbot} heeft je geantwoord:`,
    question: 'Je vraag:',
    goOn: 'Ga hier verder met het gesprek:',
    orReply: 'Of beantwoord gewoon deze e-mail.',
    marker: 'Antwoord boven deze regel',
    notMe: (chatbot) =>
      `Heb je ${chatbot} helemaal niet geschreven? Laat het hier weten, dan krijg je deze e-mails niet meer:`,
  },
  pl: {
    sender: (name, chatbot) => `${name} z ${chatbot}`,
    subject: (chatbot, reference) => `Pytanie do ${chatbot} (${reference})`,
    answered: (name, chatbot) => `Odpowiedź od: ${name}, ${chatbot}`,
    answeredByTeam: (chatbot) => `Odpowiedź od zespołu ${chatbot}:`,
    question: 'Pytanie:',
    goOn: 'Ciąg dalszy rozmowy:',
    orReply: 'Można też po prostu odpowiedzieć na tę wiadomość.',
    marker: 'Prosimy odpowiadać powyżej tej linii',
    notMe: (chatbot) =>
      `Ta wiadomość do ${chatbot} nie była od Ciebie? Daj nam o tym znać tutaj, a podobne e-maile już nie przyjdą:`,
  },
  tr: {
    sender: (name, chatbot) => `${name}, ${chatbot}`,
    subject: (chatbot, reference) => `${chatbot} için sorunuz (${reference})`,
    answered: (name, chatbot) => `${name} (${chatbot}) size yanıt verdi:`,
    answeredByTeam: (chatbot) => `${chatbot} ekibi size yanıt verdi:`,
    question: 'Sorunuz:',
    goOn: 'Görüşmeye buradan devam edin:',
    orReply: 'Ya da bu e-postayı yanıtlamanız yeterli.',
    marker: 'Lütfen yanıtınızı bu satırın üstüne yazın',
    notMe: (chatbot) =>
      `${chatbot} ile hiç yazışmadınız mı? Buradan bildirin, bu e-postalar bir daha gelmesin:`,
  },
  ja: {
    sender: (name, chatbot) => `${chatbot} ${name}`,
    subject: (chatbot, reference) => `${chatbot} へのお問い合わせ（${reference}）`,
    answered: (name, chatbot) => `${chatbot} の ${name} よりお返事です。`,
    answeredByTeam: (chatbot) => `${chatbot} の担当者よりお返事です。`,
    question: 'お問い合わせ内容：',
    goOn: '会話の続きはこちらから：',
    orReply: 'このメールにそのまま返信していただくこともできます。',
    marker: 'この行より上にご返信ください',
    notMe: (chatbot) =>
      `${chatbot} にお問い合わせをされた覚えがない場合は、こちらからお知らせください。以後メールは届きません：`,
  },
  zh: {
    sender: (name, chatbot) => `${chatbot} ${name}`,
    subject: (chatbot, reference) => `您向 ${chatbot} 提出的问题（${reference}）`,
    answered: (name, chatbot) => `${chatbot} 的 ${name} 已回复您：`,
    answeredByTeam: (chatbot) => `${chatbot} 团队已回复您：`,
    question: '您的问题：',
    goOn: '在此继续对话：',
    orReply: '您也可以直接回复本邮件。',
    marker: '请在此行上方回复',
    notMe: (chatbot) => `您没有联系过 ${chatbot}？请在此告知，您将不再收到此类邮件：`,
  },
  ko: {
    sender: (name, chatbot) => `${chatbot} ${name}`,
    subject: (chatbot, reference) => `${chatbot} 문의 (${reference})`,
    answered: (name, chatbot) => `${chatbot}의 ${name} 님이 답변했습니다.`,
    answeredByTeam: (chatbot) => `${chatbot} 담당 팀이 답변했습니다.`,
    question: '문의 내용:',
    goOn: '여기에서 대화를 이어 가세요:',
    orReply: '이 이메일에 바로 답장하셔도 됩니다.',
    marker: '이 줄 위에 답장을 작성해 주세요',
    notMe: (chatbot) =>
      `${chatbot}에 문의하신 적이 없나요? 여기에서 알려 주시면 이런 이메일을 더 보내지 않습니다:`,
  },
  hi: {
    sender: (name, chatbot) => `${name}, ${chatbot}`,
    subject: (chatbot, reference) => `${chatbot} से आपका सवाल (${reference})`,
    answered: (name, chatbot) => `${chatbot} की ओर से ${name} का जवाब:`,
    answeredByTeam: (chatbot) => `${chatbot} की टीम का जवाब:`,
    question: 'आपका सवाल:',
    goOn: 'बातचीत यहाँ जारी रखें:',
    orReply: 'या सीधे इस ई-मेल का जवाब दें।',
    marker: 'कृपया अपना जवाब इस पंक्ति के ऊपर लिखें',
    notMe: (chatbot) => `क्या आपने ${chatbot} को कभी नहीं लिखा? यहाँ बता दें, फिर ऐसे ई-मेल नहीं आएँगे:`,
  },
  ar: {
    sender: (name, chatbot) => `${name} من ${chatbot}`,
    subject: (chatbot, reference) => `سؤالك إلى ${chatbot} (${reference})`,
    answered: (name, chatbot) => `وصلك رد من ${name} (${chatbot}):`,
    answeredByTeam: (chatbot) => `وصلك رد من فريق ${chatbot}:`,
    question: 'سؤالك:',
    goOn: 'تابع المحادثة هنا:',
    orReply: 'أو ردّ على هذه الرسالة مباشرة.',
    marker: 'يرجى الرد فوق هذا السطر',
    notMe: (chatbot) => `لم تراسل ${chatbot} قط؟ أخبرنا هنا ولن تصلك رسائل كهذه مرة أخرى:`,
  },
  he: {
    sender: (name, chatbot) => `${name} מ־${chatbot}`,
    subject: (chatbot, reference) => `השאלה שלך אל ${chatbot} (${reference})`,
    answered: (name, chatbot) => `התקבלה תשובה מאת ${name} (${chatbot}):`,
    answeredByTeam: (chatbot) => `התקבלה תשובה מהצוות של ${chatbot}:`,
    question: 'השאלה שלך:',
    goOn: 'כאן אפשר להמשיך את השיחה:',
    orReply: 'אפשר גם פשוט להשיב להודעה הזו.',
    marker: 'נא להשיב מעל לשורה הזו',
    notMe: (chatbot) => `לא פנית אל ${chatbot}? אפשר לומר זאת כאן, ולא יישלחו עוד הודעות כאלה:`,
  },
};

/** The words in `language`, else in English. */
export function replyWords(language: string | null | undefined): ReplyWords {
  return WORDS[languageOf(language) ?? 'en'];
}

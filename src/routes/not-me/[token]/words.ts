// What somebody reads who got a mail that was not for them, in the fifteen languages of that mail. They have no account, and may
// never have heard of us.
import type { Language } from '#shared/labels.ts';

interface Words {
  title: string;
  /** What has happened, and what the button does. */
  what: string;
  stop: string;
  done: string;
  afterwards: string;
  unknown: string;
  /** What helps when the link is not known. */
  whole: string;
  failed: string;
}

export const WORDS: Record<Language, Words> = {
  en: {
    title: 'Wasn’t this e-mail for you?',
    what: 'Someone entered your address in a chat, so the reply was sent to you. If that wasn’t you, you can stop these e-mails here. The team will see that the address was wrong.',
    stop: 'Stop these e-mails',
    done: 'You won’t get any more of these e-mails',
    afterwards:
      'Replies from chats are no longer sent to your address, whoever enters it. You can close this page.',
    unknown: 'This link isn’t valid any more',
    whole: 'Part of it may be missing. Please open it straight from the e-mail.',
    failed: 'That didn’t work. Please try again in a moment.',
  },
  de: {
    title: 'Diese E-Mail war nicht für Sie?',
    what: 'Jemand hat in einem Chat Ihre Adresse angegeben, deshalb ging die Antwort an Sie. Wenn Sie das nicht waren, können Sie diese E-Mails hier abstellen. Das Team sieht dann, dass die Adresse nicht stimmt.',
    stop: 'Keine weiteren E-Mails',
    done: 'Sie erhalten keine weiteren E-Mails dieser Art',
    afterwards:
      'An Ihre Adresse gehen keine Antworten aus Chats mehr, egal, wer sie angibt. Sie können diese Seite schließen.',
    unknown: 'Dieser Link ist nicht mehr gültig',
    whole: 'Vielleicht fehlt ein Teil. Bitte öffnen Sie ihn direkt aus der E-Mail.',
    failed: 'Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal.',
  },
  fr: {
    title: 'Cet e-mail ne vous était pas destiné ?',
    what: 'Quelqu’un a indiqué votre adresse dans un chat, et la réponse vous a donc été envoyée. Si ce n’était pas vous, vous pouvez arrêter ces e-mails ici. L’équipe verra que l’adresse était erronée.',
    stop: 'Ne plus m’écrire',
    done: 'Vous ne recevrez plus ces e-mails',
    afterwards:
      'Plus aucune réponse de chat ne sera envoyée à votre adresse, quelle que soit la personne qui l’indique. Vous pouvez fermer cette page.',
    unknown: 'Ce lien n’est plus valable',
    whole: 'Il est peut-être incomplet. Ouvrez-le directement depuis l’e-mail.',
    failed: 'Cela n’a pas fonctionné. Veuillez réessayer dans un instant.',
  },
  es: {
    title: '¿Este correo no era para ti?',
    what: 'Alguien dio tu dirección en un chat y por eso te llegó la respuesta. Si no fuiste tú, puedes detener estos correos aquí. El equipo verá que la dirección no era correcta.',
    stop: 'No enviarme más',
    done: 'No recibirás más correos como este',
    afterwards:
      'No se enviarán más respuestas de chats a tu dirección, la dé quien la dé. Puedes cerrar esta página.',
    unknown: 'Este enlace ya no es válido',
    whole: 'Quizá falte una parte. Ábrelo directamente desde el correo.',
    failed: 'No ha funcionado. Vuelve a intentarlo en un momento.',
  },
  pt: {
    title: 'Este e-mail não era para você?',
    what: 'Alguém informou seu endereço em um chat, e por isso a resposta chegou a você. Se não foi você, pare estes e-mails aqui. A equipe verá que o endereço estava errado.',
    stop: 'Não me enviar mais',
    done: 'Você não receberá mais estes e-mails',
    afterwards:
      'Nenhuma resposta de chat será enviada ao seu endereço, seja quem for que o informe. Você pode fechar esta página.',
    unknown: 'Este link não é mais válido',
    whole: 'Talvez falte uma parte. Abra-o diretamente pelo e-mail.',
    failed: 'Não funcionou. Tente novamente em instantes.',
  },
  it: {
    title: 'Questa e-mail non era per te?',
    what: 'Qualcuno ha indicato il tuo indirizzo in una chat, perciò la risposta è arrivata a te. Se non sei stato tu, puoi interrompere queste e-mail qui. Il team vedrà che l’indirizzo era sbagliato.',
    stop: 'Non inviarmene più',
    done: 'Non riceverai altre e-mail come questa',
    afterwards:
      'Nessuna risposta da una chat verrà più inviata al tuo indirizzo, chiunque lo indichi. Puoi chiudere questa pagina.',
    unknown: 'Questo link non è più valido',
    whole: 'Forse ne manca una parte. Aprilo direttamente dall’e-mail.',
    failed: 'Non ha funzionato. Riprova tra un momento.',
  },
  nl: {
    title: 'Was deze e-mail niet voor jou?',
    what: 'Iemand heeft in een chat jouw adres opgegeven, daarom kwam het antwoord bij jou terecht. Was jij dat niet, stop deze e-mails dan hier. Het team ziet dan dat het adres niet klopt.',
    stop: 'Stuur me niets meer',
    done: 'Je krijgt deze e-mails niet meer',
    afterwards:
      'Er gaan geen antwoorden uit chats meer naar jouw adres, wie het ook opgeeft. Je kunt deze pagina sluiten.',
    unknown: 'Deze link is niet meer geldig',
    whole: 'Misschien ontbreekt er een stuk. Open hem rechtstreeks vanuit de e-mail.',
    failed: 'Dat is niet gelukt. Probeer het zo nog eens.',
  },
  pl: {
    title: 'Ta wiadomość nie była dla Ciebie?',
    what: 'Ktoś podał Twój adres na czacie, dlatego odpowiedź trafiła do Ciebie. Jeśli to pomyłka, możesz tu zatrzymać takie e-maile. Zespół zobaczy, że adres był nieprawidłowy.',
    stop: 'Nie wysyłajcie więcej',
    done: 'Takie e-maile już nie przyjdą',
    afterwards:
      'Na Twój adres nie będą już wysyłane odpowiedzi z czatów, bez względu na to, kto go poda. Możesz zamknąć tę stronę.',
    unknown: 'Ten link jest już nieważny',
    whole: 'Być może brakuje jego części. Otwórz go bezpośrednio z e-maila.',
    failed: 'Nie udało się. Spróbuj ponownie za chwilę.',
  },
  tr: {
    title: 'Bu e-posta size gelmemeli miydi?',
    what: 'Biri bir sohbette adresinizi verdiği için yanıt size gönderildi. Bu siz değilseniz bu e-postaları buradan durdurabilirsiniz. Ekip, adresin yanlış olduğunu görecektir.',
    stop: 'Bir daha gönderilmesin',
    done: 'Artık bu e-postaları almayacaksınız',
    afterwards:
      'Adresinizi kim verirse versin, sohbetlerden size artık yanıt gönderilmeyecek. Bu sayfayı kapatabilirsiniz.',
    unknown: 'Bu bağlantı artık geçerli değil',
    whole: 'Bir kısmı eksik olabilir. Lütfen doğrudan e-postadan açın.',
    failed: 'Olmadı. Lütfen birazdan yeniden deneyin.',
  },
  ja: {
    title: 'このメールにお心当たりがありませんか？',
    what: 'チャットでどなたかがこのメールアドレスを入力したため、担当者の返信が届きました。お心当たりがない場合は、ここでメールを停止できます。アドレスが誤っていたことは担当チームに伝わります。',
    stop: '今後は受け取らない',
    done: '今後このメールは届きません',
    afterwards:
      '誰がこのアドレスを入力しても、チャットの返信が届くことはありません。このページは閉じていただいて構いません。',
    unknown: 'このリンクはもう使えません',
    whole: 'リンクの一部が欠けている可能性があります。メールから直接開いてください。',
    failed: 'うまくいきませんでした。しばらくしてからもう一度お試しください。',
  },
  zh: {
    title: '这封邮件不是发给您的吗？',
    what: '有人在聊天中填写了您的邮箱地址，因此回复发给了您。如果不是您本人，您可以在此停止接收此类邮件。团队会看到该地址有误。',
    stop: '不再接收',
    done: '您将不再收到此类邮件',
    afterwards: '无论谁填写您的地址，聊天回复都不会再发送给您。您可以关闭此页面。',
    unknown: '此链接已失效',
    whole: '链接可能不完整，请直接从邮件中打开。',
    failed: '操作未成功，请稍后再试。',
  },
  ko: {
    title: '본인에게 온 이메일이 아닌가요?',
    what: '누군가 채팅에서 이 주소를 입력하여 담당자의 답변이 발송되었습니다. 본인이 아니라면 여기에서 이메일 수신을 중단할 수 있습니다. 주소가 잘못되었다는 사실이 담당 팀에 전달됩니다.',
    stop: '더 이상 받지 않기',
    done: '이제 이런 이메일이 오지 않습니다',
    afterwards:
      '누가 이 주소를 입력하더라도 채팅 답변이 더 이상 발송되지 않습니다. 이 페이지를 닫으셔도 됩니다.',
    unknown: '이 링크는 더 이상 유효하지 않습니다',
    whole: '링크의 일부가 빠졌을 수 있습니다. 이메일에서 바로 열어 주세요.',
    failed: '처리하지 못했습니다. 잠시 후 다시 시도해 주세요.',
  },
  hi: {
    title: 'क्या यह ई-मेल आपके लिए नहीं था?',
    what: 'किसी ने चैट में आपका पता दिया था, इसलिए जवाब आपको भेजा गया। अगर वह आप नहीं थे, तो ये ई-मेल यहाँ बंद करें। टीम को दिखेगा कि पता ग़लत था।',
    stop: 'मुझे और न भेजें',
    done: 'अब आपको ऐसे ई-मेल नहीं आएँगे',
    afterwards: 'आपका पता कोई भी दे, चैट के जवाब उस पर नहीं भेजे जाएँगे। आप यह पेज बंद कर सकते हैं।',
    unknown: 'यह लिंक अब मान्य नहीं है',
    whole: 'शायद इसका कोई हिस्सा छूट गया है। कृपया इसे सीधे ई-मेल से खोलें।',
    failed: 'यह नहीं हो पाया। कृपया थोड़ी देर में फिर कोशिश करें।',
  },
  ar: {
    title: 'هذه الرسالة ليست لك؟',
    what: 'أدخل أحدهم عنوان بريدك في محادثة، فأُرسل الرد إليك. إن لم تكن أنت من فعل ذلك، فيمكنك إيقاف هذه الرسائل هنا. وسيرى الفريق أن العنوان غير صحيح.',
    stop: 'أوقفوا الإرسال',
    done: 'لن تصلك رسائل كهذه مرة أخرى',
    afterwards: 'لن تُرسل ردود المحادثات إلى عنوانك بعد الآن، أيًا كان من يدخله. يمكنك إغلاق هذه الصفحة.',
    unknown: 'لم يعد هذا الرابط صالحًا',
    whole: 'ربما ينقصه جزء. يُرجى فتحه من الرسالة مباشرة.',
    failed: 'تعذّر ذلك. يُرجى المحاولة مرة أخرى بعد قليل.',
  },
  he: {
    title: 'ההודעה הזו לא נועדה לך?',
    what: 'מישהו מסר בצ׳אט את כתובת הדוא״ל שלך, ולכן התשובה נשלחה אליה. אם הפנייה לא הייתה שלך, אפשר להפסיק כאן את ההודעות. הצוות יראה שהכתובת שגויה.',
    stop: 'לא לשלוח אליי עוד',
    done: 'לא יישלחו אליך עוד הודעות כאלה',
    afterwards: 'תשובות מצ׳אטים לא יישלחו עוד לכתובת שלך, ולא משנה מי ימסור אותה. אפשר לסגור את הדף.',
    unknown: 'הקישור הזה כבר לא תקף',
    whole: 'ייתכן שחסר בו חלק. נא לפתוח אותו ישירות מההודעה.',
    failed: 'זה לא הצליח. נא לנסות שוב בעוד רגע.',
  },
};

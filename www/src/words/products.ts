import type { Sku } from "../shop.ts";

/** What is said of one product. */
interface ProductWords {
  readonly name: string;
  /** One line, for the shop window. */
  readonly line: string;
  /** Two or three sentences, for the product's own page. */
  readonly story: string;
}

/** What is said of every product, in one language. */
type Products = Readonly<Record<Sku, ProductWords>>;

/** The products in English. */
export const enProducts: Products = {
  "heron-pen": {
    name: "Heron fountain pen",
    line: "Stands on one leg, writes on one nib.",
    story:
      "Turned from one brass rod and lacquered in harbour blue. It starts at the first touch, also after two weeks of holidays. Takes every short cartridge.",
  },
  "tide-notebook": {
    name: "Tide notebook",
    line: "Opens flat. Stays flat.",
    story: "192 pages that the ink does not go through, thread-sewn, with a ribbon that marks the last high water.",
  },
  "blue-hour": {
    name: "Blue Hour ink",
    line: "The colour of half past nine in June.",
    story:
      "50 ml that dry to a blue with a little violet in it. Washes out of shirts, mostly out of carpets, never out of diaries.",
  },
  "fox-stamp": {
    name: "Night fox stamp",
    line: "Signs for what you would rather not.",
    story: "Cut in beech wood and rubber. One press and the paper has been seen by the fox, which is all most papers need.",
  },
  "letter-set": {
    name: "Letter set with seal",
    line: "Ten letters that somebody will keep.",
    story: "Ten sheets, ten envelopes, one stick of wax. The wax smells of honey and takes any coat button as a seal.",
  },
  "crane-scissors": {
    name: "Crane scissors",
    line: "A long beak, and it bites.",
    story: "Forged for thread and string, and good for coupons. They close with the sound of a bird that has made up its mind.",
  },
  "soft-six": {
    name: "Six soft pencils",
    line: "From shopping list to thundercloud.",
    story: "HB to 6B, in cedar that smells of the first day of school. In a tin that closes with a click.",
  },
  "meadow-tape": {
    name: "Meadow tape",
    line: "Ten metres of meadow.",
    story: "Rice paper tape that can be torn by hand, written on, and taken off again without a quarrel.",
  },
};

/** The products in German. */
export const deProducts: Products = {
  "heron-pen": {
    name: "Füller Reiher",
    line: "Steht auf einem Bein, schreibt mit einer Feder.",
    story:
      "Aus einem Messingstab gedreht und hafenblau lackiert. Er schreibt bei der ersten Berührung, auch nach zwei Wochen Urlaub. Nimmt jede kurze Patrone.",
  },
  "tide-notebook": {
    name: "Notizbuch Tide",
    line: "Geht flach auf. Bleibt flach.",
    story: "192 Seiten, durch die keine Tinte geht, fadengeheftet, mit einem Band, das den letzten Hochwasserstand merkt.",
  },
  "blue-hour": {
    name: "Tinte Blaue Stunde",
    line: "Die Farbe von halb zehn im Juni.",
    story:
      "50 ml, die zu einem Blau mit etwas Violett trocknen. Geht aus Hemden heraus, meist aus Teppichen, nie aus Tagebüchern.",
  },
  "fox-stamp": {
    name: "Stempel Nachtfuchs",
    line: "Unterschreibt, was Sie lieber nicht möchten.",
    story:
      "Aus Buchenholz und Gummi. Einmal drücken, und der Fuchs hat das Papier gesehen; mehr brauchen die meisten Papiere nicht.",
  },
  "letter-set": {
    name: "Briefe mit Siegel",
    line: "Zehn Briefe, die jemand aufhebt.",
    story: "Zehn Bögen, zehn Umschläge, eine Stange Wachs. Es duftet nach Honig und nimmt jeden Mantelknopf als Siegel.",
  },
  "crane-scissors": {
    name: "Kranichschere",
    line: "Ein langer Schnabel, und er beißt.",
    story: "Geschmiedet für Faden und Schnur. Sie schließt mit dem Ton eines Vogels, der sich entschieden hat.",
  },
  "soft-six": {
    name: "Sechs weiche Stifte",
    line: "Vom Einkaufszettel bis zur Gewitterwolke.",
    story: "HB bis 6B, in Zedernholz, das nach dem ersten Schultag riecht. In einer Dose, die mit einem Klick schließt.",
  },
  "meadow-tape": {
    name: "Wiesenband",
    line: "Zehn Meter Wiese.",
    story: "Klebeband aus Reispapier: von Hand zu reißen, zu beschreiben und ohne Streit wieder abzulösen.",
  },
};

/** The products in Arabic. */
export const arProducts: Products = {
  "heron-pen": {
    name: "قلم حبر «مالك الحزين»",
    line: "يقف على ساق واحدة ويكتب بسنّ واحدة.",
    story: "مخروط من قضيب نحاس واحد ومطلي بأزرق المرفأ. يكتب من أول لمسة، حتى بعد أسبوعين من العطلة. يقبل كل خرطوشة قصيرة.",
  },
  "tide-notebook": {
    name: "دفتر «المدّ»",
    line: "ينفتح مستويًا ويبقى مستويًا.",
    story: "١٩٢ صفحة لا ينفذ منها الحبر، مخيطة بالخيط، مع شريط يعلّم آخر مدّ.",
  },
  "blue-hour": {
    name: "حبر «الساعة الزرقاء»",
    line: "لون التاسعة والنصف في حزيران.",
    story: "٥٠ مل تجف إلى أزرق فيه شيء من البنفسج. يزول عن القمصان، وغالبًا عن السجاد، ولا يزول عن اليوميات.",
  },
  "fox-stamp": {
    name: "ختم «ثعلب الليل»",
    line: "يوقّع عنك ما لا تودّ توقيعه.",
    story: "من خشب الزان والمطاط. ضغطة واحدة ويكون الثعلب قد رأى الورقة، ومعظم الأوراق لا يحتاج إلى أكثر.",
  },
  "letter-set": {
    name: "طقم رسائل مع ختم شمع",
    line: "عشر رسائل سيحتفظ بها أحد ما.",
    story: "عشر أوراق وعشرة مظاريف وعود شمع واحد. رائحة الشمع عسل، ويصلح أي زر معطف ختمًا.",
  },
  "crane-scissors": {
    name: "مقص «الكركي»",
    line: "منقار طويل، ويعضّ.",
    story: "مطروق للخيط والحبل. يُغلق بصوت طائر حسم أمره.",
  },
  "soft-six": {
    name: "ستة أقلام رصاص ليّنة",
    line: "من قائمة المشتريات إلى غيمة الرعد.",
    story: "من HB إلى 6B، في خشب أرز تفوح منه رائحة أول يوم مدرسة. في علبة تُغلق بنقرة.",
  },
  "meadow-tape": {
    name: "شريط المرج",
    line: "عشرة أمتار من المرج.",
    story: "شريط لاصق من ورق الأرز: يُقطع باليد، ويُكتب عليه، ويُنزع من غير خصام.",
  },
};

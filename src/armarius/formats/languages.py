"""PAGE names languages in English and scripts by code and name; the tree has BCP 47 codes."""

from __future__ import annotations

_TABLE = """
ab:Abkhaz aa:Afar af:Afrikaans ak:Akan sq:Albanian am:Amharic ar:Arabic an:Aragonese
hy:Armenian as:Assamese av:Avaric ae:Avestan ay:Aymara az:Azerbaijani bm:Bambara
ba:Bashkir eu:Basque be:Belarusian bn:Bengali bh:Bihari bi:Bislama bs:Bosnian br:Breton
bg:Bulgarian my:Burmese km:Khmer yue:Cantonese ca:Catalan ch:Chamorro ce:Chechen
ny:Chichewa zh:Chinese cv:Chuvash kw:Cornish co:Corsican cr:Cree hr:Croatian cs:Czech
da:Danish dv:Divehi nl:Dutch dz:Dzongkha en:English eo:Esperanto et:Estonian ee:Ewe
fo:Faroese fj:Fijian fi:Finnish fr:French ff:Fula gd:Gaelic gl:Galician lg:Ganda
ka:Georgian de:German el:Greek gn:Guaraní gu:Gujarati ht:Haitian ha:Hausa he:Hebrew
hz:Herero hi:Hindi ho:Hiri_Motu hu:Hungarian is:Icelandic io:Ido ig:Igbo id:Indonesian
ia:Interlingua ie:Interlingue iu:Inuktitut ik:Inupiaq ga:Irish it:Italian ja:Japanese
jv:Javanese kl:Kalaallisut kn:Kannada kr:Kanuri ks:Kashmiri kk:Kazakh ki:Kikuyu
rw:Kinyarwanda rn:Kirundi kv:Komi kg:Kongo ko:Korean ku:Kurdish kj:Kwanyama ky:Kyrgyz
lo:Lao la:Latin lv:Latvian li:Limburgish ln:Lingala lt:Lithuanian lu:Luba-Katanga
lb:Luxembourgish mk:Macedonian mg:Malagasy ms:Malay ml:Malayalam mt:Maltese gv:Manx
mi:Māori mr:Marathi mh:Marshallese mn:Mongolian na:Nauru nv:Navajo ng:Ndonga ne:Nepali
nd:North_Ndebele se:Northern_Sami no:Norwegian nb:Norwegian_Bokmål nn:Norwegian_Nynorsk
ii:Nuosu oc:Occitan oj:Ojibwe cu:Old_Church_Slavonic or:Oriya om:Oromo os:Ossetian
pi:Pāli pa:Panjabi ps:Pashto fa:Persian pl:Polish pt:Portuguese qu:Quechua ro:Romanian
rm:Romansh ru:Russian sm:Samoan sg:Sango sa:Sanskrit sc:Sardinian sr:Serbian sn:Shona
sd:Sindhi si:Sinhala sk:Slovak sl:Slovene so:Somali nr:South_Ndebele st:Southern_Sotho
es:Spanish su:Sundanese sw:Swahili ss:Swati sv:Swedish tl:Tagalog ty:Tahitian tg:Tajik
ta:Tamil tt:Tatar te:Telugu th:Thai bo:Tibetan ti:Tigrinya to:Tonga ts:Tsonga tn:Tswana
tr:Turkish tk:Turkmen tw:Twi ug:Uighur uk:Ukrainian ur:Urdu uz:Uzbek ve:Venda
vi:Vietnamese vo:Volapük wa:Walloon cy:Welsh fy:Western_Frisian wo:Wolof xh:Xhosa
yi:Yiddish yo:Yoruba za:Zhuang zu:Zulu
"""

NAMES: dict[str, str] = {
    code: name.replace("_", " ")
    for code, _, name in (entry.partition(":") for entry in _TABLE.split())
}
CODES: dict[str, str] = {name: code for code, name in NAMES.items()}
ALL = frozenset((*CODES, "Cambodian", "Punjabi", "other"))  # every name that PAGE 2019 knows

_SCRIPTS = """
Adlm - Adlam; Afak - Afaka; Aghb - Caucasian Albanian; Ahom - Ahom, Tai Ahom; Arab - Arabic;
Aran - Arabic (Nastaliq variant); Armi - Imperial Aramaic; Armn - Armenian; Avst - Avestan;
Bali - Balinese; Bamu - Bamum; Bass - Bassa Vah; Batk - Batak; Beng - Bengali; Bhks -
Bhaiksuki; Blis - Blissymbols; Bopo - Bopomofo; Brah - Brahmi; Brai - Braille; Bugi -
Buginese; Buhd - Buhid; Cakm - Chakma; Cans - Unified Canadian Aboriginal Syllabics; Cari -
Carian; Cham - Cham; Cher - Cherokee; Cirt - Cirth; Copt - Coptic; Cprt - Cypriot; Cyrl -
Cyrillic; Cyrs - Cyrillic (Old Church Slavonic variant); Deva - Devanagari (Nagari); Dsrt -
Deseret (Mormon); Dupl - Duployan shorthand, Duployan stenography; Egyd - Egyptian demotic;
Egyh - Egyptian hieratic; Egyp - Egyptian hieroglyphs; Elba - Elbasan; Ethi - Ethiopic; Geok
- Khutsuri (Asomtavruli and Nuskhuri); Geor - Georgian (Mkhedruli); Glag - Glagolitic; Goth
- Gothic; Gran - Grantha; Grek - Greek; Gujr - Gujarati; Guru - Gurmukhi; Hanb - Han with
Bopomofo; Hang - Hangul; Hani - Han (Hanzi, Kanji, Hanja); Hano - Hanunoo (Hanunóo); Hans -
Han (Simplified variant); Hant - Han (Traditional variant); Hatr - Hatran; Hebr - Hebrew;
Hira - Hiragana; Hluw - Anatolian Hieroglyphs; Hmng - Pahawh Hmong; Hrkt - Japanese
syllabaries; Hung - Old Hungarian (Hungarian Runic); Inds - Indus (Harappan); Ital - Old
Italic (Etruscan, Oscan etc.); Jamo - Jamo; Java - Javanese; Jpan - Japanese; Jurc -
Jurchen; Kali - Kayah Li; Kana - Katakana; Khar - Kharoshthi; Khmr - Khmer; Khoj - Khojki;
Kitl - Khitan large script; Kits - Khitan small script; Knda - Kannada; Kore - Korean (alias
for Hangul + Han); Kpel - Kpelle; Kthi - Kaithi; Lana - Tai Tham (Lanna); Laoo - Lao; Latf -
Latin (Fraktur variant); Latg - Latin (Gaelic variant); Latn - Latin; Leke - Leke; Lepc -
Lepcha (Róng); Limb - Limbu; Lina - Linear A; Linb - Linear B; Lisu - Lisu (Fraser); Loma -
Loma; Lyci - Lycian; Lydi - Lydian; Mahj - Mahajani; Mand - Mandaic, Mandaean; Mani -
Manichaean; Marc - Marchen; Maya - Mayan hieroglyphs; Mend - Mende Kikakui; Merc - Meroitic
Cursive; Mero - Meroitic Hieroglyphs; Mlym - Malayalam; Modi - Modi, Moḍī; Mong - Mongolian;
Moon - Moon (Moon code, Moon script, Moon type); Mroo - Mro, Mru; Mtei - Meitei Mayek
(Meithei, Meetei); Mult - Multani; Mymr - Myanmar (Burmese); Narb - Old North Arabian
(Ancient North Arabian); Nbat - Nabataean; Newa - Newa, Newar, Newari; Nkgb - Nakhi Geba;
Nkoo - N’Ko; Nshu - Nüshu; Ogam - Ogham; Olck - Ol Chiki (Ol Cemet’, Ol, Santali); Orkh -
Old Turkic, Orkhon Runic; Orya - Oriya; Osge - Osage; Osma - Osmanya; Palm - Palmyrene; Pauc
- Pau Cin Hau; Perm - Old Permic; Phag - Phags-pa; Phli - Inscriptional Pahlavi; Phlp -
Psalter Pahlavi; Phlv - Book Pahlavi; Phnx - Phoenician; Piqd - Klingon (KLI pIqaD); Plrd -
Miao (Pollard); Prti - Inscriptional Parthian; Rjng - Rejang (Redjang, Kaganga); Roro -
Rongorongo; Runr - Runic; Samr - Samaritan; Sara - Sarati; Sarb - Old South Arabian; Saur -
Saurashtra; Sgnw - SignWriting; Shaw - Shavian (Shaw); Shrd - Sharada, Śāradā; Sidd -
Siddham; Sind - Khudawadi, Sindhi; Sinh - Sinhala; Sora - Sora Sompeng; Sund - Sundanese;
Sylo - Syloti Nagri; Syrc - Syriac; Syre - Syriac (Estrangelo variant); Syrj - Syriac
(Western variant); Syrn - Syriac (Eastern variant); Tagb - Tagbanwa; Takr - Takri; Tale -
Tai Le; Talu - New Tai Lue; Taml - Tamil; Tang - Tangut; Tavt - Tai Viet; Telu - Telugu;
Teng - Tengwar; Tfng - Tifinagh (Berber); Tglg - Tagalog (Baybayin, Alibata); Thaa - Thaana;
Thai - Thai; Tibt - Tibetan; Tirh - Tirhuta; Ugar - Ugaritic; Vaii - Vai; Visp - Visible
Speech; Wara - Warang Citi (Varang Kshiti); Wole - Woleai; Xpeo - Old Persian; Xsux -
Cuneiform, Sumero-Akkadian; Yiii - Yi; Zinh - Code for inherited script; Zmth - Mathematical
notation; Zsye - Symbols (Emoji variant); Zsym - Symbols; Zxxx - Code for unwritten
documents; Zyyy - Code for undetermined script; Zzzz - Code for uncoded script; other
"""
SCRIPTS = frozenset(" ".join(entry.split()) for entry in _SCRIPTS.split(";"))

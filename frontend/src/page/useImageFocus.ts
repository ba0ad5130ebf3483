/** The focus on the image, for modes that obey keys there; either of them may come first. */
import { nextTick, type Ref, watch } from 'vue'

export function useImageFocus(mode: Ref<string>, focus: () => void) {
  let waits = false
  watch(mode, () => {
    waits = false
  })
  return {
    /** The mode obeys keys from now on. */
    onImage() {
      waits = true
      focus()
    },
    /** The image is there. */
    onReady() {
      if (waits) void nextTick(focus)
    },
  }
}

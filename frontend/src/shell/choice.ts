/** A choice of the person's about the frame: this browser knows it before the server has answered. */
import { ref, watch, type Ref } from 'vue'
import { prefer, preferences } from './preferences'
import { me } from './session'

/**
 * One of `choices` by name; assigning to it keeps it. What is stored and no longer among them is forgotten.
 *
 * `usual` holds until somebody has chosen.
 */
export function choice<T extends string>(
  name: string,
  choices: readonly T[],
  usual: T,
): Ref<T> {
  const key = `armarius.${name}`
  const fit = (value: unknown) => choices.find((one) => one === value)
  const chosen = ref(fit(localStorage.getItem(key)) ?? usual) as Ref<T>
  watch(
    () => fit(preferences[name]),
    (value) => {
      if (value !== undefined) chosen.value = value
    },
    { immediate: true },
  )
  watch(chosen, (value) => {
    localStorage.setItem(key, value)
    if (me.value && preferences[name] !== value) prefer(name, value)
  })
  return chosen
}

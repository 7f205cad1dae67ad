/** `<HandoffWidget src chatbot api />` for Vue 3: the chat is on the page while the component is. */
import { defineComponent, onMounted, watchEffect, type PropType } from 'vue';
import { mount } from './index.ts';

export type { HandoffOptions } from './index.ts';

export const HandoffWidget = defineComponent({
  name: 'HandoffWidget',
  props: {
    src: { type: String, required: true },
    chatbot: { type: String, required: true },
    api: { type: String, required: true },
    locale: String,
    position: String as PropType<'left' | 'right'>,
    nonce: String,
  },
  setup(props) {
    onMounted(() => watchEffect((onCleanup) => onCleanup(mount({ ...props }))));
    return () => null;
  },
});

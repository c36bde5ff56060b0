import DefaultTheme from 'vitepress/theme-without-fonts'
import type { Theme } from 'vitepress'
import { h } from 'vue'
import hero from '../hero.json'
import Live from './Live.vue'
import './style.css'

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      'home-hero-image': () => h('div', { class: 'hero-picture', innerHTML: hero.picture }),
    }),
  enhanceApp: ({ app }) => {
    app.component('Live', Live)
  },
} satisfies Theme

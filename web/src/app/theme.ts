import {
  Button,
  type CSSVariablesResolver,
  createTheme,
  DEFAULT_THEME,
  type MantineColorsTuple,
  mergeMantineTheme,
} from '@mantine/core'

const lagoon: MantineColorsTuple = [
  '#e8f7f7',
  '#d3ebec',
  '#a6d8da',
  '#74c3c7',
  '#4db1b7',
  '#34a6ac',
  '#1d8b93',
  '#0b6b75',
  '#08595f',
  '#02474d',
]

const dialog = {
  // The library that locks scrolling writes a <style> element, which our policy refuses; global.css does it.
  lockScroll: false,
  overlayProps: { backgroundOpacity: 0.4 },
  // The <header> of a dialog is not the banner of the page.
  attributes: { header: { role: 'presentation' } },
}

/** Mantine's neutral dark, a shade towards the colour of the house. */
const night: MantineColorsTuple = [
  '#dbe5e8',
  '#bccbd0',
  '#9db0b6',
  '#728890',
  '#3a4a51',
  '#2d3b42',
  '#1c262b',
  '#161f23',
  '#11191c',
  '#0d1316',
]

export const theme = mergeMantineTheme(
  DEFAULT_THEME,
  createTheme({
    primaryColor: 'lagoon',
    colors: { lagoon, dark: night },
    primaryShade: { light: 7, dark: 4 },
    cursorType: 'pointer',
    defaultRadius: 'md',
    respectReducedMotion: true,
    focusRing: 'auto',
    fontFamily:
      'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Devanagari", sans-serif',
    headings: { fontWeight: '650' },
    components: {
      Modal: { defaultProps: { ...dialog, centered: true } },
      Drawer: { defaultProps: dialog },
      // Dark text on the bright shade of the dark scheme, which Mantine would give to white.
      Button: Button.extend({
        vars: (_theme, { variant, color }) => ({
          root:
            !color && (variant ?? 'filled') === 'filled'
              ? { '--button-color': 'var(--rounds-on-accent)' }
              : {},
        }),
      }),
    },
  }),
)

/** Mantine's greys and reds where they are too pale to read (WCAG 1.4.3), and the surfaces of our own. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f5f8f8',
    '--mantine-color-text': '#17262b',
    '--mantine-color-dimmed': '#51646b',
    '--mantine-color-placeholder': '#5f7078',
    '--mantine-color-error': '#c02b2b',
    '--rounds-surface': '#ffffff',
    '--rounds-sunken': '#eef3f3',
    '--rounds-line': '#dbe4e5',
    '--rounds-accent': '#0b6b75',
    '--rounds-on-accent': '#ffffff',
    '--rounds-accent-soft': '#e3f2f2',
    '--rounds-good': '#12663d',
    '--rounds-good-soft': '#e2f4e9',
    '--rounds-busy': '#1a569e',
    '--rounds-busy-soft': '#e5effb',
    '--rounds-warn': '#7d4e00',
    '--rounds-warn-soft': '#fdf0d8',
    '--rounds-bad': '#a82424',
    '--rounds-bad-soft': '#fce9e9',
    '--rounds-quiet': '#4b5c63',
    '--rounds-quiet-soft': '#e9eeef',
  },
  dark: {
    '--mantine-color-body': '#0f1518',
    '--mantine-color-text': '#e3ebed',
    '--mantine-color-dimmed': '#9db0b6',
    '--mantine-color-placeholder': '#8b9da4',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-default': '#1c262b',
    '--mantine-color-default-hover': '#243036',
    '--mantine-color-default-border': '#3a4a51',
    '--rounds-surface': '#161f23',
    '--rounds-sunken': '#121a1d',
    '--rounds-line': '#2a373d',
    '--rounds-accent': '#5cc5ca',
    '--rounds-on-accent': '#06191b',
    '--rounds-accent-soft': '#143438',
    '--rounds-good': '#7ddba5',
    '--rounds-good-soft': '#12321f',
    '--rounds-busy': '#93c2fb',
    '--rounds-busy-soft': '#152c48',
    '--rounds-warn': '#f3c66f',
    '--rounds-warn-soft': '#382a10',
    '--rounds-bad': '#ffa3a3',
    '--rounds-bad-soft': '#401b1b',
    '--rounds-quiet': '#afbfc4',
    '--rounds-quiet-soft': '#243036',
  },
})

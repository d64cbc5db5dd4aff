import { convertCssVariables, defaultCssVariablesResolver } from '@mantine/core'
import { theme, variables } from './theme.ts'

/**
 * The theme as a constructed style sheet. Mantine would write it into a <style> element, for which the page's policy
 * had to allow inline styles to everybody.
 */
export function adoptTheme(page: DocumentOrShadowRoot): void {
  const sheet = new CSSStyleSheet()
  const [mantine, own] = [defaultCssVariablesResolver(theme), variables(theme)]
  sheet.replaceSync(
    convertCssVariables(
      {
        variables: { ...mantine.variables, ...own.variables },
        light: { ...mantine.light, ...own.light, '--mantine-color-scheme': 'light' },
        dark: { ...mantine.dark, ...own.dark, '--mantine-color-scheme': 'dark' },
      },
      ':root',
    ),
  )
  page.adoptedStyleSheets = [sheet]
}

import { describe, expect, it } from 'vitest'
import { quietHtml } from './quiet-html.ts'

describe('HTML whose styles keep quiet', () => {
  it('has them under another name', () => {
    expect(quietHtml('<td align="left" style="color:red">x</td>')).toBe(
      '<td align="left" data-look="color:red">x</td>',
    )
  })

  it('has them so beside values with a > in them', () => {
    expect(quietHtml(`<a title="a > b" STYLE='color:red'>x</a>`)).toBe(
      `<a title="a > b" data-look='color:red'>x</a>`,
    )
  })

  it('has sheets in scripts that are none', () => {
    expect(quietHtml('<style type="text/css">p > a { color: red }</style>')).toBe(
      '<script type="text/css">p > a { color: red }</script>',
    )
  })

  it('says what it said', () => {
    expect(quietHtml('<p>no style="x" here, and 1 < 2</p>')).toBe('<p>no style="x" here, and 1 < 2</p>')
  })
})

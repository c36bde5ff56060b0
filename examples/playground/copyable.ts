import { element } from './page.js'

/** A button that copies what a part of the page shows, and says whether it did. */
export const copyable = (button: string, code: string, said: string): void =>
  element(button, HTMLButtonElement).addEventListener('click', () => {
    void told(code, said)
  })

const told = async (code: string, said: string): Promise<void> => {
  element(said, HTMLElement).textContent = await copied(element(code, HTMLElement).textContent)
}

const copied = async (text: string): Promise<string> => {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return 'the browser does not allow it: select the text and copy it yourself'
  }
}

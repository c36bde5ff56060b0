/** Five steps of a run of optax, as laws/checks/interop/states.py writes it, in base64: a program of yours reads a file. */
const text = [
  'eAIAAAAAAAB7Im9wdF9zdGF0ZS8xLzAvbXUvRGVuc2VfMC9iaWFzIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxXSwiZGF0YV9v',
  'ZmZzZXRzIjpbMCw0XX0sIm9wdF9zdGF0ZS8xLzAvbXUvRGVuc2VfMC9rZXJuZWwiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIs',
  'MV0sImRhdGFfb2Zmc2V0cyI6WzQsMTJdfSwib3B0X3N0YXRlLzEvMC9udS9EZW5zZV8wL2JpYXMiOnsiZHR5cGUiOiJGMzIiLCJz',
  'aGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOlsxMiwxNl19LCJvcHRfc3RhdGUvMS8wL251L0RlbnNlXzAva2VybmVsIjp7ImR0eXBl',
  'IjoiRjMyIiwic2hhcGUiOlsyLDFdLCJkYXRhX29mZnNldHMiOlsxNiwyNF19LCJwYXJhbXMvRGVuc2VfMC9iaWFzIjp7ImR0eXBl',
  'IjoiRjMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMjQsMjhdfSwicGFyYW1zL0RlbnNlXzAva2VybmVsIjp7ImR0eXBl',
  'IjoiRjMyIiwic2hhcGUiOlsyLDFdLCJkYXRhX29mZnNldHMiOlsyOCwzNl19LCJvcHRfc3RhdGUvMS8wL2NvdW50Ijp7ImR0eXBl',
  'IjoiSTMyIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlszNiw0MF19LCJvcHRfc3RhdGUvMS8yL2NvdW50Ijp7ImR0eXBlIjoi',
  'STMyIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOls0MCw0NF19fej6+bwCr029qJhtvl5ARjoXVuk6Uhn6OsQqfD56Zjw/KMju',
  'PQUAAAAFAAAA',
].join('')

export const optaxRun = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

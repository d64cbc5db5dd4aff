/** Reports that the hospital of a row writes at once, where the row says nothing else. */
export const usualExportsAtOnce = 8
export const exportsPerMachine = 64

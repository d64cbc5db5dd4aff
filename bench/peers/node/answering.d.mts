export declare function answering(answer: (question: never) => Promise<unknown>): Promise<void>

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { messageBytes, previewMessage } from '@rounds/chat'
import { chatPreview, previewQuery } from '@rounds/contracts'

export interface PreviewChatDeps {
  readonly publicUrl: string
  readonly hospital: string
  readonly zone: string
}

/** What a space would see, before it sees anything. */
export function previewChat({ publicUrl, hospital, zone }: PreviewChatDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/v1/chat/preview',
      {
        config: { policy: { roles: ['admin', 'ops'], scope: 'chat:read' } },
        schema: {
          tags: ['chat'],
          operationId: 'previewChat',
          summary: 'A chat message about made-up appointments',
          body: previewQuery,
          response: { 200: chatPreview },
        },
      },
      async ({ body: { news, count, language, patientShownAs } }) => {
        const voice = { language, patientShownAs, publicUrl, hospitalName: hospital, zone }
        const message = previewMessage({ news, ...(count === undefined ? {} : { count }) }, voice)
        return { text: message.text, bytes: messageBytes(message), message }
      },
    )
  }
}

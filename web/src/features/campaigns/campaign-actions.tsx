import { Button, TextInput } from '@mantine/core'
import type { Campaign, DryRun } from '@rounds/contracts/http'
import {
  IconCheck,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconSend,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useFormats } from '../../format/use-formats.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { ReasonDialog } from '../../parts/reason-dialog.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './campaign-actions.module.css'
import { useActs, useResend } from './use-acts.ts'

type Asking = 'send' | 'approve' | 'pause' | 'cancel' | 'resend'

interface ActionsProps {
  readonly campaign: Campaign
  /** What was found when somebody checked who gets it. */
  readonly dryRun: DryRun | undefined
}

/** What this campaign allows now. */
export function CampaignActions({ campaign, dryRun }: ActionsProps) {
  const { campaign: texts } = useTexts()
  const { campaignId, state, counts, mayApprove } = campaign
  const [asking, setAsking] = useState<Asking>()
  const { act, isBusy } = useActs(campaign)
  const close = () => setAsking(undefined)
  const isStoppable = state === 'sending' || state === 'paused' || state === 'awaiting approval'
  return (
    <div className={styles.actions}>
      {state === 'draft' && (
        <>
          <Button
            disabled={!dryRun || dryRun.faults.length > 0 || dryRun.expected === 0}
            leftSection={<IconSend size={17} aria-hidden />}
            onClick={() => setAsking('send')}
          >
            {texts.send}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPencil size={17} aria-hidden />}
            renderRoot={(props) => (
              <Link {...props} to="/campaigns/$campaignId/edit" params={{ campaignId }} />
            )}
          >
            {texts.edit}
          </Button>
        </>
      )}
      {state === 'awaiting approval' && mayApprove && (
        <Button leftSection={<IconCheck size={17} aria-hidden />} onClick={() => setAsking('approve')}>
          {texts.approve}
        </Button>
      )}
      {state === 'sending' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={17} aria-hidden />}
          onClick={() => setAsking('pause')}
        >
          {texts.pause}
        </Button>
      )}
      {state === 'paused' && (
        <Button
          loading={isBusy}
          leftSection={<IconPlayerPlay size={17} aria-hidden />}
          onClick={() => void act('resume').catch(() => {})}
        >
          {texts.resume}
        </Button>
      )}
      {(isStoppable || state === 'draft') && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={17} aria-hidden />}
          onClick={() => setAsking('cancel')}
        >
          {texts.cancel}
        </Button>
      )}
      {(state === 'completed' || state === 'cancelled') && (counts?.failed ?? 0) > 0 && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={17} aria-hidden />}
          onClick={() => setAsking('resend')}
        >
          {texts.resendFailed}
        </Button>
      )}
      {asking === 'send' && dryRun && <SendDialog campaign={campaign} dryRun={dryRun} onClose={close} />}
      {asking === 'approve' && <ApproveDialog campaign={campaign} onClose={close} />}
      {(asking === 'pause' || asking === 'cancel') && (
        <StopDialog campaign={campaign} how={asking} onClose={close} />
      )}
      {asking === 'resend' && <ResendDialog campaign={campaign} onClose={close} />}
    </div>
  )
}

interface DialogProps {
  readonly campaign: Campaign
  readonly onClose: () => void
}

/** Above the limit the name has to be typed: so many mails are not one click away. */
function SendDialog({ campaign, dryRun, onClose }: DialogProps & { readonly dryRun: DryRun }) {
  const { campaign: texts } = useTexts()
  const { number } = useFormats()
  const { act } = useActs(campaign)
  const [typed, setTyped] = useState('')
  const { needsApproval } = dryRun
  return (
    <Confirm
      title={texts.sendTitle}
      what={campaign.name}
      detail={texts.sendDetail(number(dryRun.wouldSend + dryRun.wouldWait))}
      yes={needsApproval ? texts.sendYesApproval : texts.sendYes}
      no={texts.sendNo}
      isReady={!needsApproval || typed.trim() === campaign.name.trim()}
      onYes={() => act('send')}
      onClose={onClose}
    >
      {needsApproval && (
        <>
          <p className={styles.approval}>{texts.sendApproval}</p>
          <TextInput
            data-autofocus
            label={texts.typeName(campaign.name)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </>
      )}
    </Confirm>
  )
}

function ApproveDialog({ campaign, onClose }: DialogProps) {
  const { campaign: texts } = useTexts()
  const { number } = useFormats()
  const { act } = useActs(campaign)
  const { counts, createdBy } = campaign
  return (
    <Confirm
      title={texts.approveTitle}
      what={campaign.name}
      detail={
        counts
          ? texts.approveDetail(number(counts.expected), createdBy.name)
          : texts.approveUnknown(createdBy.name)
      }
      yes={texts.approve}
      no={texts.sendNo}
      onYes={() => act('approve')}
      onClose={onClose}
    />
  )
}

function StopDialog({ campaign, how, onClose }: DialogProps & { readonly how: 'pause' | 'cancel' }) {
  const { campaign: texts } = useTexts()
  const { number } = useFormats()
  const { act } = useActs(campaign)
  const isCancel = how === 'cancel'
  const lost =
    campaign.state === 'draft' || !campaign.counts
      ? texts.cancelDraft
      : texts.cancelDetail(number(campaign.counts.waiting))
  return (
    <ReasonDialog
      title={isCancel ? texts.cancelTitle : texts.pauseTitle}
      what={campaign.name}
      detail={isCancel ? lost : texts.pauseDetail}
      yes={isCancel ? texts.cancelYes : texts.pause}
      no={texts.no}
      isDestructive={isCancel}
      label={texts.reason}
      hint={texts.reasonHint}
      shortest={0}
      onYes={(reason) => act(how, reason)}
      onClose={onClose}
    />
  )
}

function ResendDialog({ campaign, onClose }: DialogProps) {
  const { campaign: texts } = useTexts()
  const { number } = useFormats()
  const resend = useResend(campaign)
  return (
    <Confirm
      title={texts.resendTitle}
      what={campaign.name}
      detail={texts.resendDetail(number(campaign.counts?.failed ?? 0))}
      yes={texts.resendYes}
      no={texts.sendNo}
      onYes={resend}
      onClose={onClose}
    />
  )
}

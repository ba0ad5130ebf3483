/** Short names for what the server answers, and what its plain strings can be. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type Project = Schemas['ProjectOut']
export type Document = Schemas['DocumentOut']
export type PageRow = Schemas['PageRow']
export type Layer = Schemas['LayerCounted']
export type Tag = Schemas['TagOut']
export type CountedTag = Schemas['TagCounted']
export type PageFacts = Schemas['PageFacts']
export type Step = Schemas['StepOut']
export type Report = Schemas['Report']
export type Forecast = Schemas['Forecast']
export type Card = Schemas['Card']
export type ModelShare = Schemas['ModelShareOut']
export type Model = Schemas['ModelOut']
export type Account = Schemas['UserOut']
export type Sharing = Schemas['MemberOut']
export type WithWhom = Schemas['WithWhom']
export type Notice = Schemas['NoticeOut']
export type BrowserSession = Schemas['SessionOut']
export type Invitation = Schemas['InvitationOut']
export type Writing = Schemas['WritingOut']
export type Team = Schemas['TeamOut']
export type Handout = Schemas['HandoutOut']
export type Share = Schemas['UsageShare']
export type Usage = Schemas['UsageOut']
export type Taxonomy = Schemas['TaxonomyOut']
export type Note = Schemas['AnnotationOut']
export type Token = Schemas['TokenOut']
export type NewToken = Schemas['NewToken']
export type Job = Schemas['JobOut']
export type Role = Schemas['Role']

/** Each role may do all that the ones before it may. */
export const ROLES: readonly Role[] = ['reader', 'transcriber', 'manager', 'owner']

/** Whether a role is enough for what asks for `needed`. */
export function may(role: string | undefined, needed: Role): boolean {
  return ROLES.findIndex((one) => one === role) >= ROLES.indexOf(needed)
}

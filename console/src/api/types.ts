// Names for the generated types that the console uses.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Call = Schemas["Call"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type Score = Schemas["Score"];
export type Reason = Schemas["Reason"];
export type Note = Schemas["Note"];
export type ActionTaken = Schemas["ActionTaken"];
export type LocalisedText = Schemas["LocalisedText"];
export type Session = Schemas["Session"];
export type Registration = Schemas["Registration"];
export type Registered = Schemas["Registered"];
export type Band = Schemas["Band"];
export type CustomerData = Schemas["CustomerData"];
export type Outcome = NonNullable<Schemas["EndCall"]["outcome"]>;
export type Problem = Schemas["Problem"];
export type CallPage = Schemas["CallPage"];
export type TimelinePage = Schemas["TimelinePage"];


export type ModelSummary = Schemas["ModelSummary"];
export type ModelVersion = Schemas["ModelVersion"];
export type SplitFigures = Schemas["SplitFigures"];
export type Figure = Schemas["Figure"];
export type Performance = Schemas["Performance"];
export type ArmFigures = Schemas["ArmFigures"];
export type DriftReport = Schemas["ReportOut"];
export type FieldDrift = Schemas["FieldDrift"];
export type CalibrationDrift = Schemas["CalibrationDrift"];
export type Rollout = Schemas["Rollout"];
export type ModelField = Schemas["RowField"];
export type Answer = Schemas["ModelAnswer"];
export type Objection = Schemas["Objection"];
export type TrainingRun = Schemas["Run"];
export type TrainingPage = Schemas["RunPage"];
export type TrainingTable = Schemas["TableChoice"];
export type UploadAddress = Schemas["UploadOut"];
export type Verdict = Schemas["DriftVerdict"];
export type Cell = string | number | boolean | null;

export type Customer = Schemas["CustomerView"];
export type CustomerPage = Schemas["CustomerPage"];
export type Overview = Schemas["Overview"];
export type Spending = Schemas["Spending"];
export type Transaction = Schemas["Transaction"];
export type TransactionPage = Schemas["TransactionPage"];
export type CallSummary = Schemas["CallSummary"];

export type Case = Schemas["Case"];
export type CaseDetail = Schemas["CaseDetail"];
export type CaseEvent = Schemas["CaseEvent"];
export type CaseOutcome = Schemas["CaseOutcome"];
export type CasePage = Schemas["CasePage"];
export type CaseState = Schemas["CaseState"];
export type CaseSummary = Schemas["CaseSummary"];
export type DecideCase = Schemas["DecideCase"];
export type DecisionCode = Schemas["DecisionCode"];
export type SecondReason = Schemas["SecondReason"];
export type SimilarPayment = Schemas["SimilarPayment"];

export type Metrics = Schemas["Metrics"];
export type CustomerAnalytics = Schemas["CustomerAnalytics"];
export type TransactionAnalytics = Schemas["TransactionAnalytics"];
export type CohortAnalytics = Schemas["CohortAnalytics"];
export type Counted = Schemas["Counted"];
export type LinkedReport = Schemas["LinkedReport"];
export type ReportKind = Schemas["ReportKind"];
export type ReportFormat = Schemas["ReportFormat"];

export interface Alert {
  code: "band-high" | "escalated";
  text: LocalisedText;
}

export type SegmentAnalytics = Schemas["SegmentAnalytics"];
export type SegmentProfile = Schemas["SegmentProfile"];
export type SegmentMember = Schemas["SegmentMember"];
export type SegmentMembers = Schemas["SegmentMembers"];
export type ValueAnalytics = Schemas["ValueAnalytics"];
export type RevenueAnalytics = Schemas["RevenueAnalytics"];
export type CallAnalytics = Schemas["CallAnalytics"];
export type CustomerSummary = Schemas["CustomerSummary"];
export type Feature = Schemas["FeatureOut"];
export type Features = Schemas["FeaturesOut"];
export type FeatureValue = Schemas["FeatureValue"];
export type CustomerFeatures = Schemas["CustomerFeatures"];
export type Explanation = Schemas["Explanation"];
export type SegmentAnswer = Schemas["SegmentAnswer"];
export type ValueAnswer = Schemas["ValueAnswer"];
export type SpendAnswer = Schemas["SpendAnswer"];
export type ActionAnswer = Schemas["ActionAnswer"];
export type Batch = Schemas["Batch"];
export type BatchTask = Schemas["BatchTask"];
export type BatchMode = Schemas["BatchMode"];
export type BatchState = Schemas["BatchState"];
export type BatchFormat = Schemas["ImportFormat"];
export type BatchPage = Schemas["BatchPage"];
export type BatchColumns = Schemas["ColumnsOut"];
export type StartedBatch = Schemas["StartedBatch"];
export type ChatAnswer = Schemas["ChatAnswer"];
export type ChatSession = Schemas["ChatSession"];
export type ChatTurn = Schemas["ChatTurn"];
export type Conversation = Schemas["Conversation"];
export type SessionPage = Schemas["SessionPage"];
export type UsageReport = Schemas["UsageReport"];
export type FeatureUsage = Schemas["FeatureUsage"];
export type Interaction = Schemas["Interaction"];
export type InteractionPage = Schemas["InteractionPage"];
export type Handover = Schemas["Handover"];
export type AssistProfile = Schemas["AssistProfile"];
export type AssistPanels = Schemas["Panels"];
export type AssistSession = Schemas["SessionAnswer"];
export type AssistConnected = Schemas["Connected"];

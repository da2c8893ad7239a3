import type realtimeEn from "./realtime.en";

// イベントストリームとその処理。
const realtime: typeof realtimeEn = {
  title: "イベント処理",
  about: "イベントストリームの処理状況。再試行は処理ごとに独立し、数値はそれぞれの実測です",
  stream: "イベントストリーム",
  window: "直近1時間",
  accepted: "受け付けたイベント",
  refused: "拒否",
  rate: "1秒あたり（直近1分）",
  worstLag: "遅延（95%）",
  failures: "再配信",
  poison: "読み取り不能",
  byMinute: "1分ごとの件数",
  lagByMinute: "1分ごとの平均遅延（ミリ秒）",
  records: "件数",
  processor: "処理",
  condition: "状態",
  idle: "最近の受信なし",
  running: "稼働中",
  behind: "遅延中",
  failing: "失敗あり",
  lag: "遅延 50%／95%",
  duplicates: "処理済み",
  late: "到着遅れ",
  conflicts: "更新の競合",
  ownTime: "処理時間",
  lastSeen: "最終受信",
  never: "なし",
  atMost: "最大",
  beyond: "5分超",
  perRecord: "マイクロ秒／件",
  nothing: "直近1時間のイベントはありません。",
  every: "10秒ごとに更新",
  choose: "1分ごとの推移：",
};

export default realtime;

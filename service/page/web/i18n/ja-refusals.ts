// What the service refuses, in Japanese: `refused.` says what is wrong, `remedy.` what to do.

import type { EN_REFUSALS } from "./en-refusals.ts";

/** @see say */
export const JA_REFUSALS: Readonly<Record<keyof typeof EN_REFUSALS, string>> = {
  "refused.offline": "サービスが応答しません",
  "remedy.offline": "oathbed serve が動いているか確かめて、もう一度お試しください。",
  "refused.request-invalid": "入力が足りないか、正しくありません",
  "remedy.request-invalid": "入力した内容を確かめて、もう一度お試しください。",
  "refused.request-too-large": "入力が長すぎます",
  "remedy.request-too-large": "短くして、もう一度お試しください。",
  "refused.not-found": "ここには何もありません",
  "remedy.not-found": "ページを再読み込みしてください。ページがサービスより古い可能性があります。",
  "refused.origin-refused": "別のアドレスからのリクエストです",
  "remedy.origin-refused": "oathbed serve が表示したアドレスでページを開いてください。",
  "refused.csrf-refused": "別のタブでサインインの状態が変わりました",
  "remedy.csrf-refused": "ページを再読み込みしてください。",
  "refused.signed-out": "サインアウトしています",
  "remedy.signed-out": "もう一度サインインしてください。",
  "refused.session-expired": "セッションの有効期限が切れました",
  "remedy.session-expired": "もう一度サインインしてください。途中まで実行された操作はありません。",
  "refused.session-restricted": "このセッションではできません",
  "remedy.session-restricted":
    "デバイスなしでサインインしています。デバイスを無効化して交換し、新しいデバイスでサインインし直してください。",
  "refused.not-allowed": "管理する権限がありません",
  "remedy.not-allowed": "アカウントの管理者に依頼してください。",
  "refused.mfa-needed": "先にコードが必要です",
  "remedy.mfa-needed":
    "自分のデバイスを無効化するには、サインアウトして、そのデバイスのコードでサインインし直してください。紛失した場合は、そこで「デバイスのトラブルシューティング」を選んでください。",
  "refused.too-many-requests": "試行回数が多すぎます",
  "remedy.too-many-requests": "しばらく待ってから、もう一度お試しください。",
  "refused.busy": "サービスが混み合っています",
  "remedy.busy": "何も変更されていません。もう一度お試しください。",
  "refused.internal": "サービスで問題が発生しました",
  "remedy.internal": "もう一度お試しください。詳しくはログを確認してください。",

  "refused.sign-in-refused": "アカウント、名前、パスワードのいずれかが違います",
  "remedy.sign-in-refused": "三つとも確かめてください。どれが違うかはお知らせできません。",
  "refused.sign-in-throttled": "サインインの試行回数が多すぎます",
  "remedy.sign-in-throttled": "しばらく待ってから、もう一度お試しください。",
  "refused.sign-in-stage": "このサインインは終わったか、別の場所で続いています",
  "remedy.sign-in-stage": "今表示されているところから続けてください。",
  "refused.recovery-unavailable": "ほかのサインイン方法がありません",
  "remedy.recovery-unavailable":
    "メールアドレスと電話番号が登録されていません。管理者にデバイスの無効化を依頼してください。",
  "refused.recovery-code-malformed": "コードは6桁の数字です",
  "remedy.recovery-code-malformed": "6桁すべてを入力してください。",
  "refused.recovery-code-wrong": "送信したコードと違います",
  "remedy.recovery-code-wrong": "最新のメッセージを確かめて、そのコードを入力してください。",
  "refused.recovery-code-expired": "そのコードはもう使えません",
  "remedy.recovery-code-expired":
    "古すぎるか、試行回数が多すぎました。新しいコードを送信してください。",

  "refused.code-malformed": "コードは6桁の数字です",
  "remedy.code-malformed": "デバイスに今表示されている6桁を入力してください。",
  "refused.code-wrong": "コードが違います",
  "remedy.code-wrong":
    "正しいデバイスを見ているか確かめて、今表示されているコードを入力してください。",
  "refused.code-repeated": "そのコードはすでに使われました",
  "remedy.code-repeated": "コードは一度だけ使えます。次のコードを待ってください（最長30秒）。",
  "refused.code-out-of-sync": "デバイスの同期がずれています",
  "remedy.code-out-of-sync":
    "このデバイスのコードですが、別の時刻のものです。時計がずれているか、割り当てのときにコードの送信が遅れました。連続する2つのコードで直せます。",
  "refused.device-locked": "デバイスはロックされています",
  "remedy.device-locked":
    "間違ったコードが続きました。しばらく待ってから、もう一度お試しください。",

  "refused.codes-malformed": "コードは6桁の数字です",
  "remedy.codes-malformed": "6桁のコードを2つ入力してください。",
  "refused.codes-same": "同じコードが2回入力されました",
  "remedy.codes-same":
    "コードを1つ入力し、デバイスに次のコードが表示されるのを待って、それを2つ目に入力してください。",
  "refused.codes-wrong": "このデバイスのコードではありません",
  "remedy.codes-wrong":
    "正しいデバイスを見ているか、シークレットが登録されたかを確かめて、新しいコードを続けて2つ入力してください。",
  "refused.codes-repeated": "これらのコードはすでに使われました",
  "remedy.codes-repeated": "コードは一度だけ使えます。新しいコードを2つ待ってください。",
  "refused.codes-swapped": "コードの順番が逆です",
  "remedy.codes-swapped":
    "先に表示されたものが1つ目です。新しいコードを表示された順に入力してください。",
  "refused.codes-not-consecutive": "コードが連続していません",
  "remedy.codes-not-consecutive":
    "どちらもこのデバイスのコードですが、間に別のコードがありました。コードとその次のコードを入力してください。",
  "refused.codes-too-late": "コードの時刻が今から離れすぎています",
  "remedy.codes-too-late":
    "連続していますが、古すぎるか新しすぎます。デバイスの時計を確かめて、新しいコードを2つ入力してください。",

  "refused.device-name-invalid": "デバイスの名前として使えません",
  "remedy.device-name-invalid":
    "英字（A～Z）、数字、+ = , . @ - _ を1～128文字で入力してください。",
  "refused.device-name-taken": "同じ名前のデバイスがあります",
  "remedy.device-name-taken":
    "別の名前にするか、先にそのデバイスを削除してください。無効化したデバイスの名前も使われたままです。",
  "refused.device-name-reserved": "ルートのデバイス用の名前です",
  "remedy.device-name-reserved": "別の名前にしてください。",
  "refused.device-limit": "すでにデバイスがあります",
  "remedy.device-limit":
    "ユーザーごとのデバイスの数は決まっています。先に今のデバイスを無効化するか、交換してください。",
  "refused.device-quota": "アカウントのデバイスが多すぎます",
  "remedy.device-quota": "使っていないデバイスを削除してください。",
  "refused.device-unknown": "そのデバイスはもうありません",
  "remedy.device-unknown": "削除されたか、表示する権限がありません。一覧に戻ってください。",
  "refused.device-in-use": "このデバイスはたった今割り当てられました",
  "remedy.device-in-use": "別のタブなどで有効化されました。一覧に戻ってください。",
  "refused.device-not-enabled": "デバイスは使われていません",
  "remedy.device-not-enabled": "その間に無効化されました。一覧に戻ってください。",
  "refused.device-deactivate-first": "デバイスは使用中です",
  "remedy.device-deactivate-first": "先に無効化してください。",
  "refused.wizard-expired": "シークレットの有効期限が切れました",
  "remedy.wizard-expired":
    "何も割り当てられず、デバイスは削除されました。QRコードを見た人がいても使えません。最初からやり直してください。",
  "refused.wizard-replaced": "別の場所でウィザードが新しく始まりました",
  "remedy.wizard-replaced":
    "ここでは何も割り当てられていません。有効なのは最後に表示されたQRコードです。やり直すか、そちらで続けてください。",
  "refused.secret-malformed": "シークレットではありません",
  "remedy.secret-malformed":
    "シークレットは英字A～Zと数字2～7です。otpauth:// で始まるQRコードの文字列も使えます。",
  "refused.secret-not-of-device": "別のデバイスのシークレットです",
  "remedy.secret-not-of-device":
    "シークレットは1つのアカウントの1つのデバイスのものです。このデバイス用に保存したものを探してください。",
  "refused.user-unknown": "そのユーザーはもういません",
  "remedy.user-unknown": "ユーザーの一覧に戻ってください。",

  "refused.lab-absent": "テスト用のトークンはありません",
  "remedy.lab-absent": "サービスはテスト用のトークンなしで起動されています。",
  "refused.fob-unknown": "そのトークンはもうありません",
  "remedy.fob-unknown": "ページを再読み込みしてください。",
  "refused.clock-not-settable": "ここでは時計を設定できません",
  "remedy.clock-not-settable": "サービスを --test-mode で起動してください。",
  "refusal.retryAfter": "{span}（分:秒）後にもう一度お試しください。",
};

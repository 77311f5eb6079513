/** Slack messages over the Web API (docs.slack.dev; slackapi/slack-api-specs). */
package io.backhaul.destination.slack;

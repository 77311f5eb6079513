/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

/** What an answer of the endpoint says about the records of a request. */
enum Results {
  /** One result a record, matched by key. */
  PER_RECORD,
  /** A 2xx status stands for all of them. */
  BY_STATUS
}

/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.quiet;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.IndexedSeq;
import scala.collection.Seq;

/** Says that its child is to fail quietly; see {@link QuietExec}. */
public final class QuietPlan extends LogicalPlan {

  private static final long serialVersionUID = 1L;

  private final LogicalPlan child;

  /** Public because Spark copies plans by reflection. */
  public QuietPlan(LogicalPlan child) {
    this.child = child;
  }

  LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public Seq<LogicalPlan> children() {
    return QuietRows.seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new QuietPlan(children.head());
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int position) {
    return child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof QuietPlan;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuietPlan quiet && quiet.child.equals(child);
  }

  @Override
  public int hashCode() {
    return 31 * child.hashCode() + 1;
  }
}

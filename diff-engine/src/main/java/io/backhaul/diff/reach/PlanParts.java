/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.RelationTimeTravel;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * Everything in a plan as it was parsed: common table expressions, subqueries in whatever place,
 * and what a time travel clause goes around. Names of common table expressions are told from tables
 * by their scope.
 */
final class PlanParts {

  private final List<LogicalPlan> nodes = new ArrayList<>();
  private final List<UnresolvedRelation> tables = new ArrayList<>();
  private final List<Expression> expressions = new ArrayList<>();

  private PlanParts() {}

  static PlanParts of(LogicalPlan plan) {
    PlanParts parts = new PlanParts();
    parts.visit(plan, Set.of());
    return parts;
  }

  /** All nodes. */
  List<LogicalPlan> nodes() {
    return nodes;
  }

  /** Relations that are not common table expressions. */
  List<UnresolvedRelation> tables() {
    return tables;
  }

  /** All expressions, their parts included. */
  List<Expression> expressions() {
    return expressions;
  }

  private void visit(LogicalPlan plan, Set<String> inScope) {
    nodes.add(plan);
    Set<String> below = inScope;
    if (plan instanceof UnresolvedWith with) {
      below = new HashSet<>(inScope);
      Iterator<Tuple2<String, SubqueryAlias>> relations = with.cteRelations().iterator();
      while (relations.hasNext()) {
        Tuple2<String, SubqueryAlias> relation = relations.next();
        // a definition sees those before it, not itself
        visit(relation._2(), Set.copyOf(below));
        below.add(relation._1().toLowerCase(Locale.ROOT));
      }
    }
    if (plan instanceof UnresolvedRelation relation && !isInScope(relation, inScope)) {
      tables.add(relation);
    }
    if (plan instanceof RelationTimeTravel travel) {
      // a common table expression has no versions: whatever the name, it is a table
      visit(travel.relation(), Set.of());
    }
    Iterator<LogicalPlan> children = plan.children().iterator();
    while (children.hasNext()) {
      visit(children.next(), below);
    }
    Iterator<Expression> inNode = plan.expressions().iterator();
    while (inNode.hasNext()) {
      visit(inNode.next(), below);
    }
  }

  private void visit(Expression expression, Set<String> inScope) {
    expressions.add(expression);
    if (expression instanceof SubqueryExpression subquery) {
      visit(subquery.plan(), inScope);
    }
    Iterator<Expression> children = expression.children().iterator();
    while (children.hasNext()) {
      visit(children.next(), inScope);
    }
  }

  private static boolean isInScope(UnresolvedRelation relation, Set<String> inScope) {
    return relation.multipartIdentifier().size() == 1
        && inScope.contains(relation.multipartIdentifier().head().toLowerCase(Locale.ROOT));
  }
}
